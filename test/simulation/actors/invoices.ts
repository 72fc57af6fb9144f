import type { InvoiceInput } from '../../../sandbox/lago/control/inputs.ts'
import type { Random } from '../kernel/chance.ts'
import type { Actor } from '../scene.ts'

const CURRENCIES = ['USD', 'USD', 'USD', 'EUR', 'JPY', 'HUF']
const LEAST: Readonly<Record<string, number>> = { JPY: 50, HUF: 175 }

/** Lago bills somebody. */
export const actor: Actor = {
  name: 'an invoice is made',
  weight: 4,
  always: 'begins',
  act({ lago }, random) {
    const invoice = lago.control.createInvoice(inputOf(random))
    const { number, total_amount_cents, currency, status, invoice_type } = invoice
    return `invoice ${number} ${invoice.lago_id}: ${invoice_type}, ${status}, ${currency} ${total_amount_cents}`
  },
}

function inputOf(random: Random): InvoiceInput {
  const currency = random.pick(CURRENCIES)
  const customer = `cust_${currency}_${random.int(1, 3)}`
  const usual = { currency, customer, fees: fees(random, currency) }
  switch (random.int(0, 24)) {
    case 0:
      return { ...usual, fees: [0] }
    case 1:
      return { ...usual, fees: [random.int(1, (LEAST[currency] ?? 50) - 1)] }
    case 2:
      return { ...usual, self_billed: true }
    case 3:
      return { ...usual, status: 'draft' }
    case 4:
      return { ...usual, ...nativeCustomer(currency) }
    case 5:
      return { ...usual, currency: 'KWD', customer: 'cust_KWD' }
    case 6:
      return { ...usual, currency: 'GBP', customer: 'cust_GBP' }
    case 7:
      return { ...usual, invoice_type: 'advance_charges', payment_status: 'succeeded' }
    case 8:
      return { ...usual, metadata: many(5) }
    case 9:
      return { ...usual, invoice_type: 'one_off' }
    case 10:
    case 11:
      return { ...usual, coupons: [random.int(1, 40)] }
    case 12:
    case 13:
    case 14:
      return { ...usual, taxes: [random.pick([7.7, 19, 20, 21])] }
    case 15:
      return { ...usual, silent: true }
    default:
      return usual
  }
}

const nativeCustomer = (currency: string) => ({
  customer: { external_id: `native_${currency}`, currency, payment_provider: 'stripe' },
})

const many = (count: number) => Array.from({ length: count }, (_, n) => ({ key: `key ${n}`, value: 'taken' }))

function fees(random: Random, currency: string): number[] {
  const least = LEAST[currency] ?? 50
  return Array.from({ length: random.int(1, 3) }, () => random.int(least, least * 200))
}
