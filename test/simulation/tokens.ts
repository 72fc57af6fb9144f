import { createHmac } from 'node:crypto'

export const USER_SECRET = 'a-secret-of-thirty-two-bytes-or-more!'
export const ADMIN = 'admin-token-of-the-simulation'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The token that the merchant's app gives its user; good for an hour. */
export function userToken(userId: string, now: Date): string {
  const exp = Math.floor(now.getTime() / 1000) + 3600
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: userId, aud: 'lago-dodo-bridge', exp })}`
  return `${signed}.${createHmac('sha256', USER_SECRET).update(signed).digest('base64url')}`
}
