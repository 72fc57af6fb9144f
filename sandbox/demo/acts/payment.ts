import { isAtRest } from '../states.ts'
import { type Act, browse } from '../story.ts'

export const cardIsDeclined: Act = {
  title: 'The first card is declined',
  waitFor: 'the bridge to hear of it',
  async begin(story) {
    await browse(story, story.checkoutUrl, '', { action: 'decline', code: 'INSUFFICIENT_FUNDS' })
  },
  isOver: async ({ stage, invoiceId }) => {
    const [row] = await stage.sql<{ failed: boolean }[]>`
      select exists (select from payments where payable_key = ${`invoice:${invoiceId}`} and status = 'failed') as failed`
    return (row?.failed ?? false) && (await isAtRest(stage, invoiceId))
  },
}

export const secondCardPays: Act = {
  title: 'The second card pays',
  waitFor: 'the invoice to be paid in Lago',
  async begin(story) {
    const answer = await browse(story, story.checkoutUrl, '', { action: 'pay' })
    const back = answer.headers.get('location')
    if (back)
      await browse(story, back.replace(/\?.*/, ''), 'back from the checkout: the page tells the truth')
  },
  isOver: async ({ stage, invoiceId }, { payable }) =>
    stage.lago.control.getInvoice({ invoice_id: invoiceId }).payment_status === 'succeeded' &&
    payable === 'paid' &&
    (await isAtRest(stage, invoiceId)),
}
