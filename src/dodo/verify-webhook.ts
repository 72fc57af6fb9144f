import { createHmac, timingSafeEqual } from 'node:crypto'

/** Source: the Standard Webhooks specification. */
const TOLERANCE_SECONDS = 300

export type DodoVerifier = (headers: Headers, body: Buffer, now: Date) => boolean

/**
 * Verifies a Standard-Webhooks signature over the raw bytes. Several keys may be active and several signatures given.
 * Not the `standardwebhooks` package: it goes by the machine's clock, and ours is the database's.
 * @param secrets `whsec_<base64>` or bare base64.
 */
export function dodoVerifier(secrets: readonly string[]): DodoVerifier {
  const keys = secrets.map(secret => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
  if (keys.some(key => key.length === 0)) throw new Error('an empty webhook secret')
  return (headers, body, now) => {
    const id = headers.get('webhook-id')
    const timestamp = headers.get('webhook-timestamp')
    const signatures = headers.get('webhook-signature')
    if (!id || !signatures || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false
    if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false

    const given = signatures
      .split(' ', 16)
      .filter(part => part.startsWith('v1,'))
      .map(part => Buffer.from(part.slice(3), 'base64'))
    let valid = false
    for (const key of keys) {
      const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
      for (const signature of given)
        if (signature.length === expected.length && timingSafeEqual(signature, expected)) valid = true
    }
    return valid
  }
}
