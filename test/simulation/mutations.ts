// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of sources
/** One way in which the service could be wrong: what is found in a source file is replaced before it is loaded. */
export type Mutation = {
  name: string
  says: string
  /** `file` under `src/`. Every occurrence is replaced. */
  changes: readonly { file: string; find: string; replace: string }[]
}

/** The simulation has to catch each of these within 500 seeds. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'no-fencing',
    says: 'a replica that lost its lease goes on',
    changes: [
      {
        file: 'db/queries/intents.ts',
        find: 'and p.lease_token = g.token and p.lease_until > g.at',
        replace: '',
      },
      { file: 'db/queries/intents.ts', find: "where i.state = 'absent'", replace: '' },
      { file: 'db/queries/finish-run.ts', find: ' and p.lease_token = g.token', replace: '' },
      {
        file: 'calls/guarded-fetch.ts',
        find: "method !== 'GET' && !(await mayLeave())",
        replace: "method === 'NONE'",
      },
    ],
  },
  {
    name: 'leases-ignored',
    says: 'what one replica holds, another holds too',
    changes: [
      {
        file: 'db/queries/claim-due.ts',
        find: 'and (lease_until is null or lease_until <= ${now})',
        replace: '',
      },
      {
        file: 'db/queries/claim-due.ts',
        find: "due_at = ${until}, lease_token = nextval('lease_tokens')",
        replace: "due_at = ${now}, lease_token = coalesce(lease_token, nextval('lease_tokens'))",
      },
    ],
  },
  {
    name: 'no-verify',
    says: 'a call whose outcome is unknown is taken for one that did nothing',
    changes: [
      {
        file: 'steps/index.ts',
        find: 'handlerOf(intent.verb).verify(intent, facts, context)',
        replace: "Promise.resolve({ kind: 'absent', result: {}, patch: {} })",
      },
      {
        file: 'steps/index.ts',
        find: 'new Date(intent.startedAt.getTime() + handlerOf(intent.verb).settleMs(intent))',
        replace: 'intent.startedAt',
      },
    ],
  },
  {
    name: 'no-settling',
    says: '"not found" is believed at once',
    changes: [
      {
        file: 'steps/index.ts',
        find: 'intent.startedAt.getTime() + handlerOf(intent.verb).settleMs(intent)',
        replace: 'intent.startedAt.getTime()',
      },
      { file: 'topup/lago-wallet.ts', find: 'SETTLE_MS = 15_000', replace: 'SETTLE_MS = 0' },
    ],
  },
  {
    name: 'arrival-order-wins',
    says: 'the last word heard of a payment counts',
    changes: [
      {
        file: 'core/merge.ts',
        find: 'const [older, newer] = order > 0 ? [b, a] : [a, b]',
        replace: 'const [older, newer] = order > 1e15 ? [b, a] : [a, b]',
      },
      {
        file: 'db/queries/save-facts.ts',
        find: "where t.status is distinct from 'succeeded' or excluded.status = 'succeeded'",
        replace: '',
      },
    ],
  },
  {
    name: 'dedupe-off',
    says: 'a delivery that comes again is stored again',
    changes: [
      {
        file: 'dodo/webhook.ts',
        find: 'dedupeKey: `dodo:${eventId}`',
        replace: 'dedupeKey: `dodo:${eventId}:${Math.random()}`',
      },
      {
        file: 'lago/webhook.ts',
        find: 'dedupeKey: `lago:${eventId}:${hash}`',
        replace: 'dedupeKey: `lago:${eventId}:${Math.random()}`',
      },
    ],
  },
  {
    name: 'amount-check-off',
    says: 'any amount will do',
    changes: [
      {
        file: 'core/plan/money-received.ts',
        find: 'p.inexact || net !== session.amount',
        replace: 'p.inexact',
      },
    ],
  },
  {
    name: 'currency-check-off',
    says: 'any currency will do',
    changes: [
      { file: 'core/plan/money-received.ts', find: 'p.currency !== session.currency', replace: 'false' },
    ],
  },
  {
    name: 'session-check-off',
    says: 'a payment that names an invoice settles it, wherever it was made',
    changes: [
      {
        file: 'core/plan/money-received.ts',
        find: "if (!session) return ['session_mismatch', 'it was made in no checkout that this bridge opened for it']",
        replace: 'if (!session) return null',
      },
    ],
  },
  {
    name: 'put-without-guard',
    says: 'a failure is told to Lago whatever Lago has',
    changes: [
      {
        file: 'core/plan/invoice.ts',
        find: "if (!last || invoice.paymentStatus !== 'pending') return null",
        replace: 'if (!last) return null',
      },
      {
        file: 'core/plan/invoice.ts',
        find: '  const elsewhere = notOurs(invoice)\n',
        replace:
          "  const anyway = markFailed(facts, invoice)\n  if (anyway) return outcome('open', '', { steps: [anyway], wakeAt: now })\n  const elsewhere = notOurs(invoice)\n",
      },
    ],
  },
  {
    name: 'excess-not-handled',
    says: 'money that is owed for nothing is left where it is',
    changes: [
      { file: 'core/plan/money-received.ts', find: 'if (excess <= 0n ||', replace: 'if (excess >= 0n ||' },
    ],
  },
  {
    name: 'echo-answered',
    says: 'a credit note that answers a refund is answered with a refund',
    changes: [
      { file: 'core/plan/give-back.ts', find: '  note.dodoRefundId === null &&\n', replace: '' },
      {
        file: 'core/plan/give-back.ts',
        find: "i.verb === 'issue-credit-note' && i.result['credit_note_id'] === note.id",
        replace: 'false',
      },
    ],
  },
  {
    name: 'no-credit-notes',
    says: 'a refund made in Dodo is not told to Lago',
    changes: [{ file: 'core/plan/give-back.ts', find: "s.refund.status === 'succeeded'", replace: 'false' }],
  },
  {
    name: 'kicks-ignored',
    says: 'what is heard during a run waits for the next look',
    changes: [
      { file: 'db/queries/finish-run.ts', find: 'p.kicks <> g.kicks', replace: 'false' },
      { file: 'db/queries/finish-run.ts', find: 'p.kicks <> ${claim.kicks}', replace: 'false' },
    ],
  },
  {
    name: 'answered-before-stored',
    says: 'a webhook is answered before it is committed',
    changes: [
      {
        file: 'http/webhook-door.ts',
        find: 'await inTime(door.ingest.store(delivery), door.storeMs ?? STORE_MS)',
        replace:
          "(void door.ingest.store(delivery).catch(() => {}), { outcome: 'stored', payableKey: null })",
      },
    ],
  },
  {
    name: 'lost-in-a-crash',
    says: 'work that was begun is not due again when its process dies',
    changes: [
      {
        file: 'db/queries/claim-due.ts',
        find: 'due_at = ${until}, lease_token',
        replace: 'due_at = null, lease_token',
      },
    ],
  },
  {
    name: 'licence-taken-for-granted',
    says: 'a Lago without a licence is told of payments in the one way that needs it',
    changes: [
      {
        file: 'steps/record-payment.ts',
        find: 'if (!isRefusal(error, 403) && !isRefusal(error, 404)) throw error',
        replace: 'throw error',
      },
    ],
  },
  {
    name: 'stray-money-dropped',
    says: "a refund of a payment that is not known yet is nobody's",
    changes: [
      {
        file: 'dodo/webhook.ts',
        find: 'claimedKey: payableKey.stray(paymentId),',
        replace: 'claimedKey: null,',
      },
    ],
  },
  {
    name: 'webhook-hides-refund',
    says: 'a refund that a webhook told of is not recognised as the one whose answer was lost',
    changes: [
      {
        file: 'steps/refund-credit-note.ts',
        find: '[...facts.refunds, ...patch.refunds].find(',
        replace: 'patch.refunds.find(',
      },
    ],
  },
  {
    name: 'late-booking-disowned',
    says: 'a booking that was refused for want of a due amount is not looked for',
    changes: [
      {
        file: 'core/plan/money-received.ts',
        find: "record?.state === 'absent' && record.result['sought']",
        replace: "record?.state === 'absent'",
      },
    ],
  },
  {
    name: 'sweep-is-blind',
    says: 'the sweep finds nothing',
    changes: [
      {
        file: 'reconcile/sweep.ts',
        find: 'const differences = unique(found)',
        replace: 'const differences = unique(found).slice(0, 0)',
      },
    ],
  },
  {
    name: 'licence-remembered-for-ever',
    says: 'a licence that is bought later is never noticed',
    changes: [
      {
        file: 'core/plan/note-refund.ts',
        find: "i => i?.result['unlicensed'] === 'true' && now < later(i.startedAt, DAY_MS),",
        replace: "i => i?.result['unlicensed'] === 'true',",
      },
    ],
  },
  {
    name: 'credited-unseen',
    says: 'credits whose answer was lost are asked for again without a look',
    changes: [
      {
        file: 'topup/lago-mint.ts',
        find: '(await find(topup, parts)) ?? (await write(topup, entry, parts))',
        replace: 'await write(topup, entry, parts)',
      },
    ],
  },
  {
    name: 'wallet-for-each',
    says: 'whoever finds no wallet opens one',
    changes: [
      {
        file: 'topup/lago-wallet.ts',
        find: 'await mayOpenWallet(sql, userId, SETTLE_MS, since)',
        replace: 'true',
      },
      { file: 'topup/lago-wallet.ts', find: 'if (found) return found', replace: 'void found' },
      { file: 'topup/lago-wallet.ts', find: 'moveOpening(sql, userId, since, now)', replace: 'true' },
    ],
  },
  {
    name: 'taken-unseen',
    says: 'credits whose taking was not answered are taken again without a look',
    changes: [
      { file: 'topup/lago-take.ts', find: 'if (!entry.isNew) {', replace: 'if (entry.key === null) {' },
    ],
  },
  {
    name: 'canceled-is-credited',
    says: 'a top-up that was canceled is credited when its money comes',
    changes: [
      {
        file: 'core/plan/topup-money.ts',
        find: "topup.status === 'pending' || topup.status === 'processing' ? topup.amount : 0n",
        replace: "topup.status !== 'paid' ? topup.amount : 0n",
      },
      { file: 'db/queries/topups.ts', find: "(status = 'pending' or", replace: "(status <> 'paid' or" },
    ],
  },
  {
    name: 'refund-keeps-credits',
    says: 'the credits of money that went back stay',
    changes: [{ file: 'core/plan/topup-money.ts', find: 'if (credits > 0n)', replace: 'if (credits < 0n)' }],
  },
  {
    name: 'by-hand-and-forgotten',
    says: 'what an operator began to credit by hand is left as it is',
    changes: [
      {
        file: 'core/plan/topup.ts',
        find: 'if (creditedFor === null ||',
        replace: "if (creditedFor !== '' ||",
      },
    ],
  },
  {
    name: 'undone-unseen',
    says: 'nobody is told of money whose invoice was voided or set back in Lago',
    changes: [{ file: 'core/plan/invoice.ts', find: 'if (kept <= 0n)', replace: 'if (kept >= 0n)' }],
  },
  {
    name: 'gateways-believed',
    says: 'whatever says no is taken for Lago or Dodo',
    changes: [{ file: 'calls/guarded-fetch.ts', find: '|| !itself', replace: '' }],
  },
  {
    name: 'thawed-calls-leave',
    says: 'a process that was stopped for longer than its lease sends what it was about to send',
    changes: [
      {
        file: 'calls/guarded-fetch.ts',
        find: "method !== 'GET' && !(await mayLeave())",
        replace: "method === 'NONE'",
      },
    ],
  },
]
