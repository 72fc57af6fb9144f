/** The steps that change something outside. Each writes an intent before its call. */
export type EffectVerb =
  | 'open-checkout'
  | 'publish-link'
  | 'record-payment'
  | 'mark-failed'
  | 'refund-payment'
  | 'record-amount'
  | 'issue-credit-note'
  | 'refund-credit-note'
  | 'set-refund-status'
  | 'note-refund'
  | 'lose-dispute'
  | 'credit-balance'
  | 'debit-balance'

/**
 * `started`: the call may or may not have happened; nobody may repeat it before it was verified by reading.
 * `done`: it happened. `refused`: the other side said no, finally. `absent`: it certainly did not happen.
 */
export type IntentState = 'started' | 'done' | 'refused' | 'absent'

/** One planned effect: unique per payable, verb and key. */
export type IntentFact = {
  verb: EffectVerb
  key: string
  state: IntentState
  /** How often it was sent. */
  attempts: number
  startedAt: Date
  /** What was asked, as the step needs it to verify; amounts are decimal strings. */
  request: Readonly<Record<string, string>>
  /** What came of it: ids, amounts as decimal strings, or the refusal's `code` and `message`. */
  result: Readonly<Record<string, string>>
}

export const findIntent = (intents: readonly IntentFact[], verb: EffectVerb, key: string) =>
  intents.find(intent => intent.verb === verb && intent.key === key)

export const intentsOf = (intents: readonly IntentFact[], verb: EffectVerb, state?: IntentState) =>
  intents.filter(intent => intent.verb === verb && (state === undefined || intent.state === state))
