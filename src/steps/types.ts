import type { Facts, FactsPatch, InvoiceFact } from '../core/facts.ts'
import type { EffectVerb, IntentFact } from '../core/intent.ts'
import type { Policy } from '../core/policy.ts'
import type { EffectStep } from '../core/steps.ts'
import type { Dodo } from '../dodo/client.ts'
import type { Lago } from '../lago/client.ts'
import type { TopupKeeper } from './topup-keeper.ts'

/** What the loop asks of whoever takes the money. */
export type PaymentGateway = Pick<
  Dodo,
  'openCheckout' | 'getSession' | 'getPayment' | 'listPayments' | 'refund' | 'getRefund'
>

/** What a step may use. It knows nothing of the database: intents and facts are stored by whoever runs it. */
export type StepContext = {
  lago: Lago
  dodo: PaymentGateway
  policy: Policy
  /** Whether Lago was found to have no licence lately, and how to remember it. */
  licence: LicenceMemory
  /** The Dodo customer of this Lago customer, if a payment has shown it. */
  dodoCustomerOf(externalCustomerId: string): Promise<string | null>
  /** Who keeps the top-ups; null where none are sold. */
  topups?: TopupKeeper | null
  /** The top-up that a wallet transaction of Lago's was written for by us, or null. */
  topupOfCredit?(walletTransactionId: string): Promise<string | null>
  now(): Date
}

export type LicenceMemory = { missing(): boolean; noteMissing(): Promise<void> }

/**
 * `done`: it happened, `result` says what. `absent`: it certainly did not happen and may be tried again; `result` may
 * say why. `refused`: it cannot be done, and a person has to look.
 */
export type Outcome = {
  kind: 'done' | 'absent' | 'refused'
  result: Readonly<Record<string, string>>
  patch: FactsPatch
}

/** One verb: how to do it, and how to find out by reading whether it was done. */
export type EffectHandler<V extends EffectVerb> = {
  /**
   * How long after the call it may still take effect unseen, in milliseconds. Until then "not found" proves nothing.
   * 0 where a repetition would be refused or harmless.
   */
  settleMs(intent: IntentFact): number
  /** What is written down before the call; enough for `verify`. */
  request(step: Extract<EffectStep, { verb: V }>): Readonly<Record<string, string>>
  /** The call. Throws CallError. */
  run(step: Extract<EffectStep, { verb: V }>, facts: Facts, context: StepContext): Promise<Outcome>
  /** Reads the other side. Throws CallError. */
  verify(intent: IntentFact, facts: Facts, context: StepContext): Promise<Outcome>
}

/** The invoice, for steps that the plan only takes when Lago has been read. */
export function knownInvoice(facts: Facts): InvoiceFact {
  if (!facts.invoice) throw new Error(`${facts.key} was never read from Lago`)
  return facts.invoice
}

export const done = (result: Readonly<Record<string, string>>, patch: FactsPatch = {}): Outcome => ({
  kind: 'done',
  result,
  patch,
})
export const absent = (patch: FactsPatch = {}, result: Readonly<Record<string, string>> = {}): Outcome => ({
  kind: 'absent',
  result,
  patch,
})
export const refused = (message: string, patch: FactsPatch = {}): Outcome => ({
  kind: 'refused',
  result: { message },
  patch,
})
