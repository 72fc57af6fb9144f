import { roundE5, rubyRound, toE5 } from './fixed-point.ts'

export interface PricedFee {
  amount_cents: number
  tax_codes: readonly string[]
}

export interface TotalsInput {
  fees: readonly PricedFee[]
  taxes: readonly { code: string; rate: number }[]
  /** Deducted before taxes, each at most what is left. */
  progressive_billing_credit_amount_cents: number
  coupons_amount_cents: number
  /** Deducted after taxes, each at most what is left. */
  credit_notes_amount_cents: number
  prepaid_credit_amount_cents: number
}

export interface FeeTotals {
  precise_coupons_amount_cents: number
  taxes_amount_cents: number
  taxes_precise_amount_cents: number
  taxes_rate: number
}

export interface InvoiceTotals {
  fees_amount_cents: number
  progressive_billing_credit_amount_cents: number
  coupons_amount_cents: number
  sub_total_excluding_taxes_amount_cents: number
  taxes_amount_cents: number
  sub_total_including_taxes_amount_cents: number
  credit_notes_amount_cents: number
  prepaid_credit_amount_cents: number
  total_amount_cents: number
  fees: FeeTotals[]
  taxes: { code: string; rate: number; amount_cents: number; fees_amount_cents: number }[]
}

/**
 * What an invoice comes to: fees, less progressive billing credit and coupons (spread over the fees by amount), plus
 * taxes, less credit notes and prepaid credit. Minor units.
 * Source: lago-api app/services/invoices/apply_taxes_service.rb, compute_amounts_from_fees.rb, credits/*.
 */
export function invoiceTotals(input: TotalsInput): InvoiceTotals {
  const fees_amount_cents = input.fees.reduce((sum, fee) => sum + fee.amount_cents, 0)
  const progressive = Math.min(input.progressive_billing_credit_amount_cents, fees_amount_cents)
  const coupons = Math.min(input.coupons_amount_cents, fees_amount_cents - progressive)
  const deducted = progressive + coupons
  const rates = new Map(input.taxes.map(tax => [tax.code, tax.rate]))
  const bases = new Map<string, number>()

  const fees = input.fees.map(fee => {
    const coupon = fees_amount_cents === 0 ? 0 : roundTo5((deducted * fee.amount_cents) / fees_amount_cents)
    const base = fee.amount_cents - coupon
    let precise = 0
    let rate = 0
    for (const code of fee.tax_codes) {
      const percent = rates.get(code) ?? 0
      precise += (base * percent) / 100
      rate += percent
      bases.set(code, (bases.get(code) ?? 0) + base)
    }
    return {
      precise_coupons_amount_cents: coupon,
      taxes_amount_cents: rubyRound(roundTo5(precise)),
      taxes_precise_amount_cents: roundTo5(precise),
      taxes_rate: rate,
    }
  })

  let preciseTaxes = 0
  const taxes = input.taxes
    .filter(tax => bases.has(tax.code))
    .map(tax => {
      const base = bases.get(tax.code) ?? 0
      const amount = (base * tax.rate) / 100
      preciseTaxes += amount
      return {
        ...tax,
        amount_cents: rubyRound(roundTo5(amount)),
        fees_amount_cents: rubyRound(roundTo5(base)),
      }
    })
  const taxes_amount_cents = roundE5(toE5(preciseTaxes))
  const excluding = fees_amount_cents - deducted
  const including = excluding + taxes_amount_cents
  const notes = Math.min(input.credit_notes_amount_cents, including)
  const prepaid = Math.min(input.prepaid_credit_amount_cents, including - notes)
  return {
    fees_amount_cents,
    progressive_billing_credit_amount_cents: progressive,
    coupons_amount_cents: coupons,
    sub_total_excluding_taxes_amount_cents: excluding,
    taxes_amount_cents,
    sub_total_including_taxes_amount_cents: including,
    credit_notes_amount_cents: notes,
    prepaid_credit_amount_cents: prepaid,
    total_amount_cents: including - notes - prepaid,
    fees,
    taxes,
  }
}

const roundTo5 = (value: number): number => rubyRound(value * 1e5) / 1e5
