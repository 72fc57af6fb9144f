import type {
  CreditNoteFact,
  DisputeFact,
  Facts,
  InvoiceFact,
  PaymentFact,
  RefundFact,
  SessionFact,
} from '../../../src/core/facts.ts'
import type { DodoPaymentId, LagoInvoiceId, PayableKey } from '../../../src/core/ids.ts'
import type { EffectVerb, IntentFact } from '../../../src/core/intent.ts'
import type { Policy } from '../../../src/core/policy.ts'

export const NOW = new Date('2026-08-01T12:00:00.000Z')
export const minutes = (n: number): Date => new Date(NOW.getTime() + n * 60_000)
export const hours = (n: number): Date => minutes(n * 60)
export const days = (n: number): Date => hours(n * 24)

const INVOICE = '22222222-2222-4222-8222-222222222222' as LagoInvoiceId

export const policy = (over: Partial<Policy> = {}): Policy => ({
  taxMode: 'inclusive',
  products: new Map([
    ['USD', 'pdt_usd'],
    ['HUF', 'pdt_huf'],
  ]),
  unfitProducts: new Map(),
  payLinkBase: 'https://pay.example.test/pay/',
  duplicatePayments: 'refund',
  latePayments: 'review',
  retrySchedule: [3, 7, 7].map(n => n * 86_400_000),
  ...over,
})

/** A finalized invoice of USD 14.40, read in this run. */
export const invoice = (over: Partial<InvoiceFact> = {}): InvoiceFact => ({
  id: INVOICE,
  number: 'ACM-1',
  type: 'subscription',
  status: 'finalized',
  paymentStatus: 'pending',
  currency: 'USD',
  total: 1440n,
  due: 1440n,
  paid: 0n,
  selfBilled: false,
  nativeProvider: null,
  disputeLost: false,
  customer: {
    externalId: 'cust_1',
    name: 'Umbra',
    email: 'a@umbra.test',
    country: 'DE',
    city: null,
    state: null,
    street: null,
    zipcode: null,
    dodoCustomerId: null,
  },
  metadata: [],
  readAt: NOW,
  ...over,
})

/** An open checkout for the whole invoice, an hour old and read since. */
export const session = (over: Partial<SessionFact> = {}): SessionFact => {
  const createdAt = over.createdAt ?? hours(-1)
  return {
    id: 'cks_1' as SessionFact['id'],
    attempt: 1,
    cause: 'invoice',
    amount: 1440n,
    currency: 'USD',
    productId: 'pdt_usd',
    url: 'https://checkout.test/cks_1',
    paymentId: null,
    paymentStatus: null,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + 86_400_000),
    readAt: minutes(-1),
    ...over,
  }
}

/** A payment made in that checkout, a minute ago. */
export const payment = (over: Partial<PaymentFact> = {}): PaymentFact => ({
  id: 'pay_1' as DodoPaymentId,
  sessionId: 'cks_1' as SessionFact['id'],
  status: 'succeeded',
  amount: 1440n,
  tax: 0n,
  currency: 'USD',
  inexact: false,
  productIds: ['pdt_usd'],
  errorCode: null,
  setup: false,
  dodoCustomerId: 'cus_1',
  createdAt: minutes(-1),
  readAt: minutes(-1),
  ...over,
})

export const refund = (over: Partial<RefundFact> = {}): RefundFact => ({
  id: 'ref_1' as RefundFact['id'],
  paymentId: 'pay_1' as DodoPaymentId,
  status: 'succeeded',
  amount: 500n,
  currency: 'USD',
  reason: null,
  creditNoteId: null,
  createdAt: minutes(-1),
  ...over,
})

export const note = (over: Partial<CreditNoteFact> = {}): CreditNoteFact => ({
  id: 'cn_1' as CreditNoteFact['id'],
  number: 'ACM-1-CN001',
  refundAmount: 500n,
  refundStatus: 'pending',
  dodoRefundId: null,
  createdAt: minutes(-1),
  ...over,
})

export const dispute = (over: Partial<DisputeFact> = {}): DisputeFact => ({
  id: 'dp_1' as DisputeFact['id'],
  paymentId: 'pay_1' as DodoPaymentId,
  stage: 'dispute',
  status: 'dispute_opened',
  amount: 1440n,
  currency: 'USD',
  resolvedByRdr: false,
  createdAt: minutes(-1),
  ...over,
})

export const intent = (verb: EffectVerb, key: string, over: Partial<IntentFact> = {}): IntentFact => ({
  verb,
  key,
  state: 'done',
  attempts: 1,
  startedAt: minutes(-1),
  request: {},
  result: {},
  ...over,
})

/** The payment is recorded in Lago with a licence. */
export const recorded = (paymentId = 'pay_1', amount = 1440n, via = 'payment'): IntentFact =>
  intent('record-payment', paymentId, { result: { via, amount: amount.toString() } })

export const facts = (over: Partial<Facts> = {}): Facts => ({
  kind: 'invoice',
  key: `invoice:${INVOICE}` as PayableKey,
  since: NOW,
  invoice: invoice(),
  missingAt: null,
  lookWanted: false,
  lookRequestedAt: null,
  unclear: [],
  linkRequestedAt: null,
  retryRequestedAt: null,
  payToken: 'AAAAAAAAAAAAAAAAAAAAAA',
  sessions: [],
  payments: [],
  refunds: [],
  disputes: [],
  creditNotes: [],
  creditNotesReadAt: null,
  creditNotesWanted: false,
  intents: [],
  resolutions: [],
  ...over,
})

/** The same facts with nothing owed any more: paid through us. */
export const paidFacts = (over: Partial<Facts> = {}): Facts =>
  facts({
    invoice: invoice({ paymentStatus: 'succeeded', due: 0n, paid: 1440n }),
    sessions: [session()],
    payments: [payment()],
    intents: [recorded()],
    ...over,
  })
