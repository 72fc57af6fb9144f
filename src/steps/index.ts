import type { Facts } from '../core/facts.ts'
import type { EffectVerb, IntentFact } from '../core/intent.ts'
import type { EffectStep } from '../core/steps.ts'
import { creditBalance } from './credit-balance.ts'
import { debitBalance } from './debit-balance.ts'
import { issueCreditNote } from './issue-credit-note.ts'
import { loseDispute } from './lose-dispute.ts'
import { markFailed } from './mark-failed.ts'
import { noteRefund } from './note-refund.ts'
import { openCheckout } from './open-checkout.ts'
import { publishLink } from './publish-link.ts'
import { recordAmount } from './record-amount.ts'
import { recordPayment } from './record-payment.ts'
import { refundCreditNote } from './refund-credit-note.ts'
import { refundPayment } from './refund-payment.ts'
import { setRefundStatus } from './set-refund-status.ts'
import type { EffectHandler, Outcome, StepContext } from './types.ts'

const HANDLERS: { [V in EffectVerb]: EffectHandler<V> } = {
  'open-checkout': openCheckout,
  'publish-link': publishLink,
  'record-payment': recordPayment,
  'mark-failed': markFailed,
  'refund-payment': refundPayment,
  'record-amount': recordAmount,
  'issue-credit-note': issueCreditNote,
  'refund-credit-note': refundCreditNote,
  'set-refund-status': setRefundStatus,
  'note-refund': noteRefund,
  'lose-dispute': loseDispute,
  'credit-balance': creditBalance,
  'debit-balance': debitBalance,
}

/** The handler of a verb, for steps and intents of that verb. */
const handlerOf = (verb: EffectVerb) => HANDLERS[verb] as EffectHandler<EffectVerb>

export const requestOf = (step: EffectStep): Readonly<Record<string, string>> =>
  handlerOf(step.verb).request(step)

export const runEffect = (step: EffectStep, facts: Facts, context: StepContext): Promise<Outcome> =>
  handlerOf(step.verb).run(step, facts, context)

/** `proven`: whether the outcome can be relied on. What was not found while it could still land may yet be there. */
export async function verifyIntent(
  intent: IntentFact,
  facts: Facts,
  context: StepContext,
): Promise<{ outcome: Outcome; proven: boolean }> {
  // The answer tells of the time before it: it may have been long on its way.
  const askedAt = context.now()
  const outcome = await handlerOf(intent.verb).verify(intent, facts, context)
  return { outcome, proven: outcome.kind !== 'absent' || askedAt >= settledAt(intent) }
}

/** When "not found" begins to prove that an intent's call had no effect. */
export const settledAt = (intent: IntentFact): Date =>
  new Date(intent.startedAt.getTime() + handlerOf(intent.verb).settleMs(intent))
