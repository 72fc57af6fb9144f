import { createHmac, timingSafeEqual } from 'node:crypto'
import { compactVerify, importSPKI } from 'jose'

export type LagoVerifier = (headers: Headers, body: Buffer) => Promise<boolean>

type LagoKeys = {
  /** Any of them may have signed: two are active while one is rotated. Empty: no HMAC signature is accepted. */
  hmacKeys: readonly string[]
  /** `iss` of Lago's JWTs: the URL that Lago has for itself; null: no JWT is accepted. */
  issuer: string | null
  publicKey: PublicKeySource
}

/**
 * Verifies the raw bytes, before anything is parsed: Lago escapes `<`, `>` and `&`, so a body that was parsed and
 * written again has another signature. Source: lago-api app/services/webhooks/base_service.rb.
 */
export function lagoVerifier({ hmacKeys, issuer, publicKey }: LagoKeys): LagoVerifier {
  return async (headers, body) => {
    const signature = headers.get('x-lago-signature')
    if (!signature) return false
    if (headers.get('x-lago-signature-algorithm')?.toLowerCase() === 'jwt')
      return issuer !== null && verifyJwt(signature, body, issuer, publicKey)
    const given = Buffer.from(signature, 'base64')
    let valid = false
    for (const key of hmacKeys) {
      const expected = createHmac('sha256', key).update(body).digest()
      if (given.length === expected.length && timingSafeEqual(given, expected)) valid = true
    }
    return valid
  }
}

/**
 * The token carries the whole body as the string `data`, and nothing that limits its age. What it claims is compared
 * before its signature, so that only a token made for this very body can make us ask Lago for its key.
 */
async function verifyJwt(
  token: string,
  body: Buffer,
  issuer: string,
  source: PublicKeySource,
): Promise<boolean> {
  const claims = claimsOf(token)
  if (claims?.iss !== issuer || claims.data !== body.toString('utf8')) return false
  let pem = await source.get()
  while (pem !== null) {
    if (await isSignedBy(token, pem)) return true
    pem = await source.instead(pem)
  }
  return false
}

/** What an unverified token says of itself; null if it is none. */
function claimsOf(token: string): { data?: unknown; iss?: unknown } | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof claims === 'object' ? claims : null
  } catch {
    return null
  }
}

async function isSignedBy(token: string, pem: string): Promise<boolean> {
  try {
    await compactVerify(token, await importSPKI(pem, 'RS256'), { algorithms: ['RS256'] })
    return true
  } catch {
    return false
  }
}

/** Asked again this soon after Lago did not answer. */
const AFTER_FAILURE_MS = 1_000

/** Lago's public key, kept; fetched again when a signature does not fit, at most once a minute. */
export class PublicKeySource {
  #pem: string | null = null
  #fetching: Promise<void> | null = null
  #notBefore = Number.NEGATIVE_INFINITY

  constructor(
    private readonly fetchKey: () => Promise<string>,
    private readonly minimumMs = 60_000,
  ) {}

  /** The key in PEM, or null if it is not to be had now. */
  async get(): Promise<string | null> {
    if (this.#pem === null) await this.#fetch()
    return this.#pem
  }

  /** Another key than the one that did not fit; null if there is none, or it is too soon to ask. */
  async instead(unfit: string): Promise<string | null> {
    if (this.#pem === unfit) await this.#fetch()
    return this.#pem === unfit ? null : this.#pem
  }

  /** All who want the key at once wait for the same answer. */
  #fetch(): Promise<void> {
    if (this.#fetching === null && performance.now() < this.#notBefore) return Promise.resolve()
    this.#fetching ??= this.#ask().finally(() => {
      this.#fetching = null
    })
    return this.#fetching
  }

  async #ask(): Promise<void> {
    try {
      this.#pem = await this.fetchKey()
      this.#notBefore = performance.now() + this.minimumMs
    } catch {
      this.#notBefore = performance.now() + Math.min(AFTER_FAILURE_MS, this.minimumMs)
    }
  }
}
