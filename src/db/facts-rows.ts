import type { Digest } from '../core/delivery.ts'
import type {
  CreditNoteFact,
  DisputeFact,
  InvoiceFact,
  PaymentFact,
  RefundFact,
  SessionFact,
  TopupFact,
} from '../core/facts.ts'
import type { IntentFact } from '../core/intent.ts'

/** A row as `to_jsonb` gives it: snake case, times as text. */
export type JsonRow = Readonly<Record<string, unknown>>

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))
const time = (value: unknown): Date => new Date(String(value))
const cents = (value: unknown): bigint => BigInt(String(value))

export const toSession = (r: JsonRow): SessionFact => ({
  id: text(r['id']) as SessionFact['id'],
  attempt: Number(r['attempt']),
  cause: text(r['cause']) as SessionFact['cause'],
  amount: cents(r['amount']),
  currency: String(r['currency']),
  productId: String(r['product_id']),
  url: String(r['url']),
  paymentId: text(r['payment_id']) as SessionFact['paymentId'],
  paymentStatus: text(r['payment_status']),
  createdAt: time(r['created_at']),
  expiresAt: time(r['expires_at']),
  readAt: time(r['read_at']),
})

export const fromSession = (s: SessionFact, payableKey: string) => ({
  id: s.id,
  payable_key: payableKey,
  attempt: s.attempt,
  cause: s.cause,
  amount: s.amount.toString(),
  currency: s.currency,
  product_id: s.productId,
  url: s.url,
  payment_id: s.paymentId,
  payment_status: s.paymentStatus,
  created_at: s.createdAt,
  expires_at: s.expiresAt,
  read_at: s.readAt,
})

export const toPayment = (r: JsonRow): PaymentFact => ({
  id: text(r['id']) as PaymentFact['id'],
  sessionId: text(r['session_id']) as PaymentFact['sessionId'],
  status: text(r['status']),
  amount: cents(r['amount']),
  tax: cents(r['tax']),
  currency: String(r['currency']),
  inexact: r['inexact'] === true,
  productIds: Array.isArray(r['product_ids']) ? r['product_ids'].map(String) : [],
  errorCode: text(r['error_code']),
  setup: r['setup'] === true,
  dodoCustomerId: text(r['dodo_customer_id']),
  ...(typeof r['claim'] === 'string' ? { claim: r['claim'] } : {}),
  createdAt: time(r['created_at']),
  readAt: time(r['read_at']),
})

export const fromPayment = (p: PaymentFact, payableKey: string) => ({
  id: p.id,
  payable_key: payableKey,
  session_id: p.sessionId,
  status: p.status,
  amount: p.amount.toString(),
  tax: p.tax.toString(),
  currency: p.currency,
  inexact: p.inexact,
  product_ids: p.productIds,
  error_code: p.errorCode,
  setup: p.setup,
  dodo_customer_id: p.dodoCustomerId,
  claim: p.claim ?? null,
  created_at: p.createdAt,
  read_at: p.readAt,
})

export const toRefund = (r: JsonRow): RefundFact => ({
  id: text(r['id']) as RefundFact['id'],
  paymentId: text(r['payment_id']) as RefundFact['paymentId'],
  status: String(r['status']),
  amount: cents(r['amount']),
  currency: String(r['currency']),
  reason: text(r['reason']),
  creditNoteId: text(r['credit_note_id']) as RefundFact['creditNoteId'],
  createdAt: time(r['created_at']),
})

export const toCreditNote = (r: JsonRow): CreditNoteFact => ({
  id: text(r['id']) as CreditNoteFact['id'],
  number: String(r['number']),
  refundAmount: cents(r['refund_amount']),
  refundStatus: text(r['refund_status']),
  dodoRefundId: text(r['dodo_refund_id']),
  createdAt: time(r['created_at']),
})

export const fromCreditNote = (n: CreditNoteFact, payableKey: string) => ({
  id: n.id,
  payable_key: payableKey,
  number: n.number,
  refund_amount: n.refundAmount.toString(),
  refund_status: n.refundStatus,
  dodo_refund_id: n.dodoRefundId,
  created_at: n.createdAt,
})

export const fromRefund = (f: RefundFact, payableKey: string) => ({
  id: f.id,
  payment_id: f.paymentId,
  payable_key: payableKey,
  status: f.status,
  amount: f.amount.toString(),
  currency: f.currency,
  reason: f.reason,
  credit_note_id: f.creditNoteId,
  created_at: f.createdAt,
})

export const toDispute = (r: JsonRow): DisputeFact => ({
  id: text(r['id']) as DisputeFact['id'],
  paymentId: text(r['payment_id']) as DisputeFact['paymentId'],
  stage: String(r['stage']),
  status: String(r['status']),
  amount: cents(r['amount']),
  currency: String(r['currency']),
  resolvedByRdr: r['resolved_by_rdr'] === true,
  createdAt: time(r['created_at']),
})

export const fromDispute = (d: DisputeFact, payableKey: string) => ({
  id: d.id,
  payment_id: d.paymentId,
  payable_key: payableKey,
  stage: d.stage,
  status: d.status,
  amount: d.amount.toString(),
  currency: d.currency,
  resolved_by_rdr: d.resolvedByRdr,
  created_at: d.createdAt,
})

export const toIntent = (r: JsonRow): IntentFact => ({
  verb: text(r['verb']) as IntentFact['verb'],
  key: String(r['key']),
  state: text(r['state']) as IntentFact['state'],
  attempts: Number(r['attempts']),
  startedAt: time(r['started_at']),
  request: (r['request'] ?? {}) as IntentFact['request'],
  result: (r['result'] ?? {}) as IntentFact['result'],
})

/** The invoice is kept as one JSON value: it is read and written whole, and its amounts may pass 2^53. */
export const fromInvoice = (invoice: InvoiceFact) => ({
  ...invoice,
  total: invoice.total.toString(),
  due: invoice.due.toString(),
  paid: invoice.paid?.toString() ?? null,
})

export function toInvoice(value: unknown): InvoiceFact | null {
  if (value === null || value === undefined) return null
  const r = value as ReturnType<typeof fromInvoice>
  return {
    ...r,
    total: cents(r.total),
    due: cents(r.due),
    paid: r.paid === null ? null : cents(r.paid),
    readAt: time(r.readAt),
  }
}

export const fromTopup = (topup: TopupFact) => ({
  ...topup,
  credits: topup.credits.toString(),
  amount: topup.amount.toString(),
})

export function toTopup(value: unknown): TopupFact | null {
  if (value === null || value === undefined) return null
  const r = value as ReturnType<typeof fromTopup>
  return { ...r, credits: cents(r.credits), amount: cents(r.amount), readAt: time(r.readAt) }
}

/** A digest keeps its facts as rows; whose they are is settled when it is stored. */
export const fromDigest = (digest: Digest) => ({
  ...digest,
  payments: digest.payments?.map(p => fromPayment(p, '')),
  refunds: digest.refunds?.map(r => fromRefund(r, '')),
  disputes: digest.disputes?.map(d => fromDispute(d, '')),
})

export function toDigest(value: unknown): Digest {
  const stored = value as ReturnType<typeof fromDigest>
  return {
    ...(stored.invoice ? { invoice: stored.invoice } : {}),
    ...(stored.retry ? { retry: true } : {}),
    ...(stored.creditNote ? { creditNote: true } : {}),
    ...(stored.unclear ? { unclear: stored.unclear } : {}),
    ...(stored.payments ? { payments: stored.payments.map(toPayment) } : {}),
    ...(stored.refunds ? { refunds: stored.refunds.map(toRefund) } : {}),
    ...(stored.disputes ? { disputes: stored.disputes.map(toDispute) } : {}),
  }
}
