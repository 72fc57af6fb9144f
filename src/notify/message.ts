import { createHash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { DueNotice } from '../db/queries/due-notices.ts'

/** A notice as it goes over the wire. */
export type Message = { body: string; headers: Record<string, string> }

/**
 * Builds a notice as a Standard Webhook: `{type, timestamp, data}`. `timestamp` is when it came about, and all of `data`
 * are strings; amounts are in Lago's minor unit. The id is the same at every attempt, so that a receiver can tell a
 * repetition. While keys are rotated it is signed with each. Source: the Standard Webhooks specification.
 */
export function messageOf(notice: DueNotice, keys: readonly string[], now: Date): Message {
  const id = noticeId(notice)
  const body = JSON.stringify({
    type: notice.kind,
    timestamp: notice.createdAt.toISOString(),
    data: notice.detail,
  })
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'lago-dodo-bridge',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': keys.map(key => new Webhook(key).sign(id, now, body)).join(' '),
    },
  }
}

/** Made from what the notice is about: no two installations that tell the same receiver share one. */
function noticeId({ payableKey, kind, key }: DueNotice): string {
  const hash = createHash('sha256').update(`${payableKey}\n${kind}\n${key}`).digest('base64url')
  return `msg_${hash.slice(0, 27)}`
}
