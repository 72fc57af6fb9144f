import type { Call } from '../kernel/call-log.ts'

type Note = [system: 'Lago' | 'Dodo', method: string, path: RegExp, note: string | ((call: Call) => string)]

/** What each call is for, in the reader's words; the first that fits. */
const NOTES: readonly Note[] = [
  ['Lago', 'GET', /\/invoices\/[^/]+$/, 'the invoice as it is now'],
  ['Lago', 'PUT', /\/invoices\/[^/]+$/, call => changed(call.body)],
  ['Lago', 'POST', /\/payments$/, 'the payment is recorded'],
  ['Lago', 'GET', /\/payments$/, 'which payments are recorded'],
  ['Lago', 'POST', /\/credit_notes$/, 'the credit note is issued'],
  ['Lago', 'GET', /\/credit_notes$/, 'which credit notes there are'],
  ['Lago', 'PUT', /\/credit_notes\//, 'what became of its refund'],
  ['Dodo', 'GET', /\/products\//, 'can it charge an exact amount?'],
  ['Dodo', 'POST', /\/checkouts$/, 'a checkout for exactly what is due'],
  ['Dodo', 'GET', /\/checkouts\//, 'what became of the checkout'],
  ['Dodo', 'GET', /\/payments\//, 'the payment as it is now'],
  ['Dodo', 'POST', /\/refunds$/, 'money is sent back'],
  ['Dodo', 'GET', /\/session\//, 'the checkout page'],
  ['Dodo', 'POST', /\/session\//, call => pressed(call.body)],
]

/** Why this call was made; empty when nobody wrote it down. */
export function noteOf(system: 'Lago' | 'Dodo', method: string, call: Call): string {
  const note = NOTES.find(([to, verb, path]) => to === system && verb === method && path.test(call.path))?.[3]
  return typeof note === 'function' ? note(call) : (note ?? '')
}

function changed(body: unknown): string {
  const text = JSON.stringify(body) ?? ''
  if (text.includes('payment_status')) return 'its payment status'
  return text.includes('dodo_payment_url') ? 'the pay link, in its metadata' : 'its metadata'
}

const pressed = (form: unknown): string =>
  typeof form === 'string' ? `presses "${new URLSearchParams(form).get('action') ?? ''}"` : ''
