import { createHmac, createSign, type KeyObject } from 'node:crypto'

/** Base64 of HMAC-SHA256 over the exact body. Source: Lago docs, "Verify webhook signature", HMAC. */
export const hmacSignature = (key: string, body: string): string =>
  createHmac('sha256', key).update(body).digest('base64')

/**
 * A compact JWS whose payload holds the whole body as a string; no time claims.
 * Source: lago-api app/services/webhooks/base_service.rb.
 */
export function jwtSignature(privateKey: KeyObject, issuer: string, body: string): string {
  const content = `${part({ alg: 'RS256' })}.${part({ data: body, iss: issuer })}`
  return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The key as Lago hands it out: PEM in base64, broken every 60 characters, with a final newline. */
export function publicKeyText(publicKey: KeyObject): string {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return Buffer.from(pem)
    .toString('base64')
    .replace(/.{1,60}/g, line => `${line}\n`)
}
