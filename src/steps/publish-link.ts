import { LINK_METADATA_KEY } from '../core/plan/collect.ts'
import { keepAll, type MetadataWrite } from '../lago/client.ts'
import { absent, done, type EffectHandler, knownInvoice } from './types.ts'

/** Lago keeps at most five entries for an invoice. Source: lago-api app/models/metadata/invoice_metadata.rb. */
const MOST_ENTRIES = 5

/** The invoice's metadata with one entry set, everything else as it was; null if there is no room for it. */
export function withEntry(metadata: MetadataWrite, key: string, value: string): MetadataWrite | null {
  const existing = metadata.find(entry => entry.key === key)
  if (existing) return metadata.map(entry => (entry === existing ? { ...entry, value } : entry))
  return metadata.length < MOST_ENTRIES ? [...metadata, { id: null, key, value }] : null
}

/** Puts the pay link into the invoice's metadata, where an e-mail template or a person finds it. */
export const publishLink: EffectHandler<'publish-link'> = {
  settleMs: () => 0,

  request: step => ({ url: step.url }),

  async run(step, facts, { lago, now }) {
    const invoice = knownInvoice(facts)
    const metadata = withEntry(keepAll(invoice.metadata), LINK_METADATA_KEY, step.url)
    if (!metadata) return done({ skipped: 'the invoice has five metadata entries already' })
    return done({}, { invoice: await lago.setMetadata(invoice.id, metadata, now()) })
  },

  async verify(intent, facts, { lago, now }) {
    const invoice = await lago.getInvoice(knownInvoice(facts).id, now())
    if (!invoice) return absent()
    const there = invoice.metadata.some(e => e.key === LINK_METADATA_KEY && e.value === intent.key)
    return there ? done({}, { invoice }) : absent({ invoice })
  },
}
