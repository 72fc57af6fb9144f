import type { CreditNoteFact, Facts } from '../facts.ts'
import { findIntent, type IntentFact } from '../intent.ts'
import { formatMoney, money, sumBigint } from '../money.ts'
import type { Attention, ParkReason } from '../park.ts'
import type { Step } from '../steps.ts'
import { askedByNote } from './asked-by-note.ts'
import type { RefundShare } from './refund-shares.ts'
import { DAY_MS, later } from './types.ts'

type Part = { steps: Step[]; attention: Attention[] }

/** What a succeeded Dodo refund still needs in Lago: its credit note, and that note's refund status. */
export function noteRefund(
  facts: Facts,
  share: RefundShare,
  pairs: ReadonlyMap<string, { note: CreditNoteFact }>,
  now: Date,
): Part {
  const { refund, payment, amount } = share
  const pair = pairs.get(refund.id)
  const existing = facts.creditNotes.find(n => n.dodoRefundId === refund.id) ?? pair?.note
  const intent = findIntent(facts.intents, 'issue-credit-note', refund.id)
  const attention = intent ? complaints(intent, share) : []
  if (existing) {
    const key = `${existing.id}:succeeded`
    const told =
      existing.refundStatus === 'succeeded' ||
      findIntent(facts.intents, 'set-refund-status', key)?.state === 'done'
    return {
      steps: told
        ? []
        : [
            {
              verb: 'set-refund-status',
              key,
              creditNoteId: existing.id,
              status: 'succeeded',
              refundId: refund.id,
            },
          ],
      attention,
    }
  }
  if (askedByNote(facts, refund) || intent?.state === 'done' || intent?.state === 'refused')
    return { steps: [], attention }

  const first = recordFirst(facts, share)
  const waiting = [intent, first.blocked].find(
    i => i?.result['unlicensed'] === 'true' && now < later(i.startedAt, DAY_MS),
  )
  if (waiting) {
    const detail = `refund ${refund.id} of ${formatMoney(money(amount, payment.currency))}`
    return {
      steps: keepBeside(facts, share),
      attention: [{ reason: 'credit_note_needs_licence', about: refund.id, detail }],
    }
  }
  if (first.step) return { steps: [first.step], attention }
  const issue: Step = {
    verb: 'issue-credit-note',
    key: refund.id,
    refundId: refund.id,
    paymentId: payment.id,
    amount,
    reason: refund.reason,
  }
  return { steps: [issue], attention }
}

/** An invoice that was only marked paid has no amount paid, and Lago refuses to refund it: the amount comes first. */
function recordFirst(facts: Facts, { payment }: RefundShare): { step?: Step; blocked?: IntentFact } {
  const record = findIntent(facts.intents, 'record-payment', payment.id)
  if (record?.result['via'] === 'payment') return {}
  const intent = findIntent(facts.intents, 'record-amount', payment.id)
  if (intent?.state === 'done' || intent?.state === 'refused') return {}
  const amount = BigInt(record?.result['amount'] ?? '0')
  return {
    step: {
      verb: 'record-amount',
      key: payment.id,
      paymentId: payment.id,
      amount,
      paidAt: payment.createdAt,
    },
    ...(intent ? { blocked: intent } : {}),
  }
}

/** Without a licence the refund is at least written where people look: in the invoice's metadata. */
function keepBeside(facts: Facts, { refund, payment }: RefundShare): Step[] {
  if (findIntent(facts.intents, 'note-refund', refund.id)) return []
  const total = sumBigint(
    facts.refunds.filter(r => r.paymentId === payment.id && r.status === 'succeeded').map(r => r.amount),
  )
  return [{ verb: 'note-refund', key: refund.id, refundId: refund.id, total }]
}

function complaints({ state, result }: IntentFact, { refund, payment, amount }: RefundShare): Attention[] {
  const say = (reason: ParkReason, detail: string): Attention[] => [{ reason, about: refund.id, detail }]
  if (state === 'refused') return say('credit_note_refused', result['message'] ?? '')
  if (state !== 'done') return []
  const shortfall = BigInt(result['shortfall'] ?? '0')
  if (shortfall > 0n)
    return say(
      'wallet_shortfall',
      `${formatMoney(money(shortfall, payment.currency))} of refund ${refund.id}`,
    )
  const noted = BigInt(result['amount'] ?? amount)
  if (noted === amount) return []
  const [want, got] = [amount, noted].map(a => formatMoney(money(a, payment.currency)))
  return say(
    'credit_note_differs',
    `refund ${refund.id} takes ${want} from the invoice, credit note ${result['number'] ?? ''} has ${got}`,
  )
}
