import { createHash, timingSafeEqual } from 'node:crypto'
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose'
import { storableText } from '../db/storable.ts'
import type { Time } from '../time.ts'
import { Refusal } from './refusal.ts'

/** Who is calling. A user's id is also the external id of the customer in Lago. */
export type Identity =
  | { kind: 'guest' }
  | { kind: 'user'; userId: string; cityId: string | null }
  | { kind: 'admin' }

/** Tells who sent a request. A host with sessions of its own brings its own. */
export type Identify = (request: Request) => Identity | Promise<Identity>

export type AuthOptions = {
  /** Signs and verifies user tokens with HS256; at least 32 bytes. */
  user_token_secret?: string | null | undefined
  /** Or: the public keys of whoever issues them. */
  user_token_jwks_url?: string | null | undefined
  /** Default `lago-dodo-bridge`. */
  user_token_audience?: string | undefined
  /** Any of them is an administrator. */
  admin_tokens?: readonly string[] | undefined
}

const DEFAULT_AUDIENCE = 'lago-dodo-bridge'
/** One kind of key each: a public key must never be taken for a secret. */
const SECRET_ALGORITHMS = ['HS256']
const PUBLIC_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'RS256', 'PS256']

type Verify = (token: string) => Promise<JWTPayload>

/** Reads bearer tokens. What is not valid is a guest, whatever is wrong with it. */
export function bearerIdentity(auth: AuthOptions, time: Time): Identify {
  const admins = (auth.admin_tokens ?? []).map(digest)
  const verify = verifier(auth, time)
  return async request => {
    const token = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
    if (!token) return { kind: 'guest' }
    const given = digest(token)
    let isAdmin = false
    for (const admin of admins) if (timingSafeEqual(admin, given)) isAdmin = true
    if (isAdmin) return { kind: 'admin' }
    return verify ? userOf(token, verify) : { kind: 'guest' }
  }
}

async function userOf(token: string, verify: Verify): Promise<Identity> {
  try {
    const { sub, city_id: cityId } = await verify(token)
    return isUserId(sub)
      ? { kind: 'user', userId: sub, cityId: typeof cityId === 'string' ? cityId : null }
      : { kind: 'guest' }
  } catch (error) {
    if (isAway(error)) throw new Refusal(503, 'keys_unavailable', 'the keys of user tokens cannot be had now')
    return { kind: 'guest' }
  }
}

const LONGEST_USER_ID = 255

/** Whoever issues the tokens may write anything into them; what no database can hold or find is nobody. */
const isUserId = (sub: unknown): sub is string =>
  typeof sub === 'string' && sub.length > 0 && sub.length <= LONGEST_USER_ID && storableText(sub) === sub

/** The token may be right: whoever has the keys gave no answer, or one that holds none. */
const isAway = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  error instanceof errors.JWKSTimeout ||
  error.code === 'ERR_JOSE_GENERIC'

function verifier(auth: AuthOptions, time: Time): Verify | null {
  const demands = (algorithms: string[]): JWTVerifyOptions => ({
    algorithms,
    audience: auth.user_token_audience ?? DEFAULT_AUDIENCE,
    requiredClaims: ['sub', 'exp'],
    currentDate: time.now(),
  })
  if (auth.user_token_secret) {
    const secret = new TextEncoder().encode(auth.user_token_secret)
    return async token => (await jwtVerify(token, secret, demands(SECRET_ALGORITHMS))).payload
  }
  if (!auth.user_token_jwks_url) return null
  const keys = createRemoteJWKSet(new URL(auth.user_token_jwks_url))
  return async token => (await jwtVerify(token, keys, demands(PUBLIC_ALGORITHMS))).payload
}

/** Both sides are hashed first, so that comparing takes as long whatever was given. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const LONGEST_TTL_SECONDS = 30 * 24 * 3600

/** Signs a user token. `ttl`: `30m`, `1h`, `7d` or seconds, at most 30 days. Throws Refusal. */
export async function mintUserToken(
  auth: AuthOptions,
  time: Time,
  { userId, cityId, ttl = '7d' }: { userId: string; cityId: string; ttl?: unknown },
): Promise<{ token: string; expiresAt: Date }> {
  if (!auth.user_token_secret)
    throw new Refusal(
      409,
      'tokens_issued_elsewhere',
      'user tokens are issued by whoever has their private key',
    )
  const seconds = secondsOf(ttl)
  const issuedAt = Math.floor(time.now().getTime() / 1000)
  const token = await new SignJWT(cityId === '' ? {} : { city_id: cityId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setAudience(auth.user_token_audience ?? DEFAULT_AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .sign(new TextEncoder().encode(auth.user_token_secret))
  return { token, expiresAt: new Date((issuedAt + seconds) * 1000) }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, '': 1 }

function secondsOf(ttl: unknown): number {
  const match = /^(\d{1,8})([smhd]?)$/.exec(
    typeof ttl === 'number' ? String(ttl) : typeof ttl === 'string' ? ttl : '',
  )
  const seconds = match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1) : 0
  if (seconds < 1) throw new Refusal(400, 'invalid_ttl', 'ttl must be 30m, 1h, 7d or seconds')
  if (seconds > LONGEST_TTL_SECONDS) throw new Refusal(400, 'invalid_ttl', 'ttl cannot exceed 30d')
  return seconds
}
