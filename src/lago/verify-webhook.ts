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

/** The token carries the whole body as the string `data`, and nothing that limits its age. */
async function verifyJwt(
  token: string,
  body: Buffer,
  issuer: string,
  source: PublicKeySource,
): Promise<boolean> {
  for (const refresh of [false, true]) {
    const pem = await source.get(refresh)
    if (pem === null) continue
    try {
      const { payload } = await compactVerify(token, await importSPKI(pem, 'RS256'), {
        algorithms: ['RS256'],
      })
      const claims = JSON.parse(new TextDecoder().decode(payload)) as { data?: unknown; iss?: unknown }
      return claims.iss === issuer && claims.data === body.toString('utf8')
    } catch {
      // A key that was changed in Lago is fetched again, once.
    }
  }
  return false
}

/** Lago's public key, kept; fetched again when a signature does not fit, at most once a minute. */
export class PublicKeySource {
  #pem: string | null = null
  #fetchedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly fetchKey: () => Promise<string>,
    private readonly minimumMs = 60_000,
  ) {}

  /** The key in PEM, or null if it is not to be had now or would be the same again. */
  async get(refresh: boolean): Promise<string | null> {
    if (!refresh && this.#pem !== null) return this.#pem
    if (performance.now() - this.#fetchedAt < this.minimumMs) return refresh ? null : this.#pem
    this.#fetchedAt = performance.now()
    const before = this.#pem
    this.#pem = await this.fetchKey().catch(() => this.#pem)
    return refresh && this.#pem === before ? null : this.#pem
  }
}
