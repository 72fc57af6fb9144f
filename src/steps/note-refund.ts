import { keepAll } from '../lago/client.ts'
import { REFUND_METADATA_KEY } from '../lago/credit-note.ts'
import { withEntry } from './publish-link.ts'
import { absent, done, type EffectHandler, knownInvoice } from './types.ts'

const TOTAL_KEY = 'dodo_refunded_cents'

/** Writes a refund that cannot become a credit note into the invoice's metadata, as far as there is room. */
export const noteRefund: EffectHandler<'note-refund'> = {
  settleMs: () => 0,

  request: step => ({ total: step.total.toString() }),

  async run(step, facts, { lago, now }) {
    const invoice = knownInvoice(facts)
    const withTotal = withEntry(keepAll(invoice.metadata), TOTAL_KEY, step.total.toString())
    const metadata = withTotal && (withEntry(withTotal, REFUND_METADATA_KEY, step.refundId) ?? withTotal)
    if (!metadata) return done({ skipped: 'the invoice has five metadata entries already' })
    return done({}, { invoice: await lago.setMetadata(invoice.id, metadata, now()) })
  },

  async verify(intent, facts, { lago, now }) {
    const invoice = await lago.getInvoice(knownInvoice(facts).id, now())
    const noted = invoice?.metadata.some(e => e.key === TOTAL_KEY && e.value === intent.request['total'])
    return noted && invoice ? done({}, { invoice }) : absent(invoice ? { invoice } : {})
  },
}
