import type { Digest } from '../core/delivery.ts'
import type { Facts, FactsPatch, InvoiceFact } from '../core/facts.ts'
import type { DodoPaymentId } from '../core/ids.ts'
import { joinPatches, mergeFacts } from '../core/merge.ts'
import type { Known } from '../db/queries/load-facts.ts'

/** The facts with everything that was heard taken up, what of it has to be stored, and the ids of those deliveries. */
export type TakenUp = { facts: Facts; patch: FactsPatch; heard: number[]; retryRequestedAt: Date | null }

/** Takes up the stored deliveries of a payable. Their order and number make no difference. */
export function takeUp({ facts, heard }: Known): TakenUp {
  let patch: FactsPatch = {}
  let lookWanted = false
  let retryRequestedAt: Date | null = null
  let creditNotesWanted = false
  const unclear: DodoPaymentId[] = []
  for (const { digest, receivedAt, source } of heard) {
    patch = joinPatches(patch, pick(digest))
    if (digest.creditNote) creditNotesWanted = true
    if (source === 'lago' && !isEcho(digest, facts.invoice)) lookWanted = true
    if (digest.retry && (!retryRequestedAt || receivedAt > retryRequestedAt)) retryRequestedAt = receivedAt
    unclear.push(...((digest.unclear ?? []) as DodoPaymentId[]))
  }
  return {
    facts: {
      ...mergeFacts(facts, patch),
      lookWanted,
      creditNotesWanted: creditNotesWanted || facts.creditNotesWanted,
      unclear,
      retryRequestedAt: retryRequestedAt ?? facts.retryRequestedAt,
    },
    patch,
    heard: heard.map(h => h.id),
    retryRequestedAt,
  }
}

const pick = ({ payments, refunds, disputes }: Digest): FactsPatch => ({
  ...(payments ? { payments } : {}),
  ...(refunds ? { refunds } : {}),
  ...(disputes ? { disputes } : {}),
})

/** Lago tells us what we did ourselves: the figures are those we last read. */
const isEcho = ({ invoice: told }: Digest, known: InvoiceFact | null): boolean =>
  told !== undefined &&
  known !== null &&
  told.status === known.status &&
  told.paymentStatus === known.paymentStatus &&
  told.total === known.total.toString() &&
  told.due === known.due.toString()
