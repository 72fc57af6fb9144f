import type { PayableKey } from '../core/ids.ts'

/** What can differ between Lago, Dodo and the database, and what is done about it. */
export const DIFFERENCES = {
  invoice_unknown: 'take the invoice up',
  invoice_amount_differs: 'read the invoice again',
  invoice_status_differs: 'read the invoice again',
  invoice_reopened: 'read the invoice again; nobody is asked to pay twice',
  invoice_settled: 'read the invoice again and stop collecting',
  invoice_gone: 'read the invoice again and stop collecting',
  payment_unknown: 'read the payment and hand it to its invoice',
  payment_status_differs: 'read the payment again',
  payment_amount_differs: 'read the payment again',
  payment_unplaced: 'record it in Lago, refund it or park it, by policy',
  refund_unknown: 'read the payment with its refunds',
  refund_status_differs: 'read the payment with its refunds',
  dispute_unknown: 'read the payment with its disputes',
  dispute_status_differs: 'read the payment with its disputes',
  credit_note_pending: 'refund what the credit note asks for',
  session_unread: 'ask Dodo what became of the checkout',
  call_unfinished: 'find out by reading what became of the call',
} as const

export type DifferenceKind = keyof typeof DIFFERENCES

/** One thing that is not the same everywhere. The sweep only names it and wakes `wake`; the loop does the rest. */
export type Difference = {
  kind: DifferenceKind
  /** The id of what differs: an invoice, payment, refund, dispute, credit note or session. */
  about: string
  /** The payable it belongs to, if that is known. */
  payable: PayableKey | null
  /** The invoice's number, or its id; empty if it is not known. */
  invoice: string
  lago: string
  dodo: string
  here: string
  /** What to wake, or to create; null: it failed too often and waits for a person. */
  wake: PayableKey | null
}

export const doing = ({ kind, wake }: Difference): string =>
  wake === null ? 'nothing: it is parked as stuck; mend the cause, then `payables retry`' : DIFFERENCES[kind]

/** The same difference found twice is one. */
export const identityOf = ({ kind, about }: Difference): string => `${kind} ${about}`

export function unique(differences: readonly Difference[]): Difference[] {
  return [...new Map(differences.map(d => [identityOf(d), d])).values()]
}
