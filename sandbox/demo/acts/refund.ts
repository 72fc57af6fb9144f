import { isAtRest } from '../states.ts'
import type { Act } from '../story.ts'

const AMOUNT = 1_000

export const partIsRefunded: Act = {
  title: 'Support refunds USD 10.00 in the dashboard of Dodo',
  waitFor: 'the credit note in Lago',
  async begin({ stage: { dodo }, invoiceId }) {
    const paid = dodo.state.payments
      .all()
      .find(
        ({ payment }) => payment.status === 'succeeded' && payment.metadata['lago_invoice_id'] === invoiceId,
      )
    await dodo.control.createRefund(paid?.payment.payment_id ?? '', AMOUNT)
  },
  isOver: async ({ stage, invoiceId }) => {
    const notes = stage.lago.state.invoices.get(invoiceId)?.credit_notes ?? []
    return (
      notes.length === 1 &&
      notes[0]?.total_amount_cents === AMOUNT &&
      notes[0].refund_status === 'succeeded' &&
      (await isAtRest(stage, invoiceId))
    )
  },
}
