export interface Taxed {
  /** What the customer pays. */
  gross: number
  tax: number
}

/** Splits or adds tax at `percent`. Half a minor unit rounds up. */
export function taxed(amount: number, percent: number, inclusive: boolean): Taxed {
  if (percent === 0) return { gross: amount, tax: 0 }
  if (!inclusive) {
    const tax = Math.round((amount * percent) / 100)
    return { gross: amount + tax, tax }
  }
  return { gross: amount, tax: amount - Math.round((amount * 100) / (100 + percent)) }
}
