import { generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface KeyPair {
  privateKey: KeyObject
  publicKey: KeyObject
}

let shared: KeyPair | undefined

/** One RSA pair per process, made when first needed: it costs a tenth of a second or more. */
export function sharedKeys(): KeyPair {
  shared ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
  return shared
}
