import type { Act } from '../story.ts'

/** The name under which the bridge publishes the link. */
const LINK = 'dodo_payment_url'

export const invoiceIsFinalized: Act = {
  title: 'Lago finalizes an invoice of USD 52.80',
  waitFor: 'the pay link on the invoice',
  begin(story) {
    const { lago } = story.stage
    const invoice = lago.control.createInvoice({
      customer: {
        external_id: 'globex',
        name: 'Globex Corporation',
        email: 'ap@globex.test',
        country: 'US',
        currency: 'USD',
      },
      fees: [{ amount_cents: 4900, name: 'Team plan' }],
      coupons: [500],
      taxes: [20],
    })
    story.invoiceId = invoice.lago_id
  },
  isOver(story, { payable }) {
    story.payLink = linkOf(story.stage.lago, story.invoiceId)
    return story.payLink !== '' && payable === 'open'
  },
}

/** The pay link in an invoice's metadata; empty while there is none. */
export function linkOf(
  lago: { control: { getInvoice(input: { invoice_id: string }): object } },
  invoiceId: string,
): string {
  const { metadata } = lago.control.getInvoice({ invoice_id: invoiceId }) as { metadata?: unknown }
  const entries = Array.isArray(metadata) ? (metadata as { key?: string; value?: string }[]) : []
  return entries.find(({ key }) => key === LINK)?.value ?? ''
}
