import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { KeyPair } from '../../sandbox/lago/webhooks/keys.ts'

/** A webhook as the sandbox really sent it. */
export type Payload = { type: string; text: string }

/** What targets build their requests from: real payloads, real ids, and the keys of both sides. */
export type Material = {
  lago: readonly Payload[]
  dodo: readonly Payload[]
  /** Invoices, payments, sessions, refunds and customers that exist. */
  ids: readonly string[]
  payTokens: readonly string[]
  hmacKey: string
  webhookKey: string
  issuer: string
  lagoKeys: KeyPair
  topups: TopupMaterial
  /** A pair that nobody trusts. */
  strangerKeys: KeyPair
}

/** Who may buy credits, and what with. */
export type TopupMaterial = {
  adminToken: string
  userSecret: string
  audience: string
  /** Top-ups and payments that exist, of this user. */
  userId: string
  ids: readonly string[]
  resultTokens: readonly string[]
}

/** Made once: a key pair costs a tenth of a second. */
export const stranger: { privateKey: KeyObject; publicKey: KeyObject } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
})

/** A name for bytes, the same at every run. */
export const nameOf = (bytes: Buffer | string): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 24)
