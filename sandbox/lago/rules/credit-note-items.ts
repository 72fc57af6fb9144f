import type { CheckedItem, CreditableFee, CreditableInvoice, CreditNoteRefusal } from './credit-note-input.ts'
import { creditableOfFee } from './creditable-amounts.ts'
import { rubyRound, toE5 } from './fixed-point.ts'

const unprocessable = (errors: Record<string, string[]>): CreditNoteRefusal => ({
  ok: false,
  status: 422,
  code: 'validation_errors',
  errors,
})

const crash: CreditNoteRefusal = { ok: false, status: 500, code: null, errors: null }

/**
 * Checks the items one after the other and stops at the first that is refused. Fractional amounts pass: Lago stores
 * the rounded and the precise amount. A string amount breaks Lago (500). `credited` grows by what is accepted.
 * Source: lago-api app/services/credit_notes/create_service.rb, validate_item_service.rb.
 */
export function checkItems(
  invoice: CreditableInvoice,
  feesById: ReadonlyMap<string, CreditableFee>,
  credited: Map<string, number>,
  items: unknown,
  offset: number,
  truncate = false,
): { ok: true; items: CheckedItem[] } | CreditNoteRefusal {
  if (!Array.isArray(items)) return unprocessable({ items: ['must_be_an_array'] })
  const checked: CheckedItem[] = []
  for (const entry of items as unknown[]) {
    if (typeof entry !== 'object' || entry === null) return crash
    const { fee_id, amount_cents } = entry as { fee_id?: unknown; amount_cents?: unknown }
    const given = amount_cents ?? 0
    const wholeText = truncate && typeof given === 'string' ? Number.parseInt(given, 10) || 0 : given
    if (typeof wholeText !== 'number' || !Number.isFinite(wholeText)) return crash
    const amount = truncate ? Math.trunc(wholeText) : wholeText
    const fee = typeof fee_id === 'string' ? feesById.get(fee_id) : undefined
    if (!fee) return { ok: false, status: 404, code: 'fee_not_found', errors: null }
    const whole = rubyRound(amount)
    if (whole < 0) return unprocessable({ amount_cents: ['invalid_value'] })
    const sofar = credited.get(fee.id) ?? 0
    if (whole > creditableOfFee(invoice, fee, sofar) && !cancelsWholeTopUp(invoice, offset)) {
      const overWallet = invoice.invoice_type === 'credit' && whole > (invoice.wallet?.limit_cents ?? 0)
      const code = overWallet ? 'higher_than_wallet_balance' : 'higher_than_remaining_fee_amount'
      return unprocessable({ amount_cents: [code] })
    }
    credited.set(fee.id, sofar + whole)
    checked.push({ fee_id: fee.id, amount_cents: whole, precise_amount_cents: toE5(amount) })
  }
  return { ok: true, items: checked }
}

// The wallet was not credited yet, so its balance cannot limit the cancellation of an unpaid top-up.
const cancelsWholeTopUp = (invoice: CreditableInvoice, offset: number): boolean =>
  invoice.invoice_type === 'credit' &&
  invoice.wallet?.active === true &&
  offset === invoice.total_amount_cents
