import { createHash, randomBytes } from 'node:crypto'
import type { TopupId } from '../core/ids.ts'

/** `topup_` and sixteen characters that nobody guesses. */
export const newTopupId = (): TopupId => `topup_${randomBytes(12).toString('base64url')}` as TopupId

/** The one payment of a top-up through a provider: the same id however often a checkout is asked for. */
export const paymentIdOf = (provider: string, topupId: string): string =>
  `pay_${createHash('sha256').update(`${provider}:${topupId}`).digest('hex').slice(0, 32)}`
