import { createHmac, randomUUID } from 'node:crypto'
import { followed } from './load.ts'
import { holds } from './stack/house.ts'
import type { Replica } from './stack/replica.ts'
import type { Stack } from './stack/stack.ts'

/** Milliseconds from the end of a cause until all works again; null: it did not within the patience. */
export type Recovery = {
  /** A fresh invoice was carried to an open checkout behind its link. */
  invoice: number | null
  /** A fresh webhook was acknowledged by each replica. */
  replicas: (number | null)[]
}

const PATIENCE_MS = 40_000

/** Sends a canary through the service, and one to each of its replicas, from the moment this is called. */
export async function recovery(stack: Stack): Promise<Recovery> {
  const [invoice, ...replicas] = await Promise.all([
    timed(() => invoiceCarried(stack)),
    ...stack.places.map(({ replica }) => timed(() => acknowledged(replica, stack))),
  ])
  return { invoice: invoice ?? null, replicas }
}

/** The longest of it; null if something did not recover. */
export function slowest({ invoice, replicas }: Recovery): number | null {
  const all = [invoice, ...replicas]
  return all.includes(null) ? null : Math.max(...all.map(Number))
}

async function timed(work: () => Promise<boolean>): Promise<number | null> {
  const began = performance.now()
  return (await work()) ? performance.now() - began : null
}

async function invoiceCarried({ sandbox }: Stack): Promise<boolean> {
  type Shown = { lago_id: string; metadata?: { key: string; value: string }[] }
  const { lago_id } = await sandbox.lago<Shown>('createInvoice', { customer: 'canary', fees: [500] })
  let link: string | undefined
  const linked = await holds(async () => {
    const { metadata } = await sandbox.lago<Shown>('getInvoice', { invoice_id: lago_id })
    link = metadata?.find(({ key }) => key === 'dodo_payment_url')?.value
    return link !== undefined
  }, PATIENCE_MS)
  return linked && holds(async () => /\/session\//.test((await followed(link ?? '')) ?? ''), PATIENCE_MS)
}

/** A webhook that changes nothing: it is only kept, and acknowledged once that is committed. */
async function acknowledged(replica: Replica, { sandbox }: Stack): Promise<boolean> {
  const body = JSON.stringify({ webhook_type: 'event.error', object_type: 'event_error', event_error: {} })
  const key = sandbox.settings['LAGO_WEBHOOK_HMAC_KEY'] ?? ''
  return holds(async () => {
    const answer = await fetch(`${replica.url}/webhooks/lago`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-lago-unique-key': randomUUID(),
        'x-lago-signature-algorithm': 'hmac',
        'x-lago-signature': createHmac('sha256', key).update(body).digest('base64'),
      },
      body,
      keepalive: false,
      signal: AbortSignal.timeout(11_000),
    })
    return answer.status === 200
  }, PATIENCE_MS)
}
