import type { Palette } from './screen.ts'
import type { Story } from './story.ts'

/** What came of the story, in figures that can be counted on both sides. */
export function summary({ stage, traffic, invoiceId }: Story, ms: number, paint: Palette): string[] {
  const { lago, dodo } = stage
  const invoice = lago.control.getInvoice({ invoice_id: invoiceId })
  const paid = invoice.payment_status === 'succeeded'
  const recorded = lago.faults.count('POST', '/api/v1/payments')
  const checkouts = dodo.faults.count('POST', '/checkouts')
  const [fromLago, fromDodo] = [lago.deliveries.totals, dodo.deliveries.totals]
  const events = fromLago.events + fromDodo.events
  const attempts = fromLago.attempts + fromDodo.attempts
  const row = (name: string, text: string) => `     ${paint.dim(name.padEnd(20))}${text}`
  return [
    '',
    ` ${paid ? paint.green('✓') : paint.red('✗')} ${paint.bold(`Invoice ${invoice.number} is ${paid ? 'paid' : invoice.payment_status}`)} ${paint.dim(`after ${(ms / 1000).toFixed(1)} s`)}`,
    row('Webhooks', `${events}, delivered ${attempts} times`),
    row('Checkouts opened', String(checkouts)),
    row('Payments recorded', String(recorded)),
    row('Credit notes issued', String(lago.faults.count('POST', '/api/v1/credit_notes'))),
    row('Calls of the bridge', `${traffic.calls.lago} to Lago, ${traffic.calls.dodo} to Dodo`),
    '',
  ]
}
