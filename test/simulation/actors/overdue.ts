import type { Actor } from '../scene.ts'

/** Lago's own jobs: what is overdue is told, and a draft is finalized. */
export const actor: Actor = {
  name: "Lago's clock ticks",
  weight: 1,
  act({ lago }, random) {
    const drafts = [...lago.state.invoices.values()].filter(invoice => invoice.status === 'draft')
    if (drafts.length > 0 && random.next() < 0.7) {
      const { lago_id } = random.pick(drafts)
      lago.control.finalizeDraft({ invoice_id: lago_id })
      return `draft ${lago_id} is finalized`
    }
    const marked = lago.control.markOverdueTick()
    return marked.length > 0 ? `${marked.length} invoices are overdue` : null
  },
}
