import { createHmac } from 'node:crypto'
import type { Sql } from '../../src/db/connection.ts'
import type { TopupMaterial } from './material.ts'

export const ADMIN_TOKEN = 'the-operator-of-the-fuzzed-bridge'
export const USER_SECRET = 'a-secret-of-thirty-two-bytes-at-least'
export const AUDIENCE = 'fuzzed-bridge'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A user token over whatever header and claims somebody wants. */
export function userToken(
  claims: object,
  secret = USER_SECRET,
  header: object = { alg: 'HS256', typ: 'JWT' },
  hash = 'sha256',
): string {
  const content = `${part(header)}.${part(claims)}`
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`
}

/** Claims of a token that is good for an hour. */
export const goodClaims = (sub: string) => ({
  sub,
  aud: AUDIENCE,
  exp: Math.floor(Date.now() / 1000) + 3_600,
})

/** A user who has two top-ups, one of them with an open checkout. */
export async function buy(url: string, sql: Sql): Promise<TopupMaterial> {
  const userId = 'user_fuzz'
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${userToken(goodClaims(userId))}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text) as { topup_id: string }
  }
  const first = await post('/v1/balance/topups/create', { credits: 5_000_000 })
  await post('/v1/balance/topups/create', { credits: 1_000_000, note: 'second' })
  await post('/v1/payment/checkout/create', { topup_id: first.topup_id, method_id: 'dodo' })
  const ids = await sql<
    { id: string }[]
  >`select topup_id as id from topups union select payment_id from topup_payments`
  const tokens = await sql<{ token: string }[]>`select pay_token as token from payables where kind = 'topup'`
  return {
    adminToken: ADMIN_TOKEN,
    userSecret: USER_SECRET,
    audience: AUDIENCE,
    userId,
    ids: ids.map(row => row.id),
    resultTokens: tokens.map(row => row.token),
  }
}
