import type { Facts, TopupFact } from '../core/facts.ts'
import type { TopupId } from '../core/ids.ts'
import { TopupTaken } from './topup-keeper.ts'
import { absent, done, type EffectHandler, type Outcome, type StepContext } from './types.ts'

/** The top-up, for steps that the plan only takes when it has been read. */
export function knownTopup(facts: Facts): TopupFact {
  if (!facts.topup) throw new Error(`${facts.key} was never read`)
  return facts.topup
}

export function keeperOf({ topups }: StepContext) {
  if (!topups) throw new Error('top-ups are off here')
  return topups
}

/** Gives the buyer what was paid for. The keeper gives it once, however often it is asked. */
export const creditBalance: EffectHandler<'credit-balance'> = {
  settleMs: () => 0,

  request: step => ({ payment_id: step.paymentId, amount: step.amount.toString() }),

  async run(step, facts, context) {
    const payment = facts.payments.find(p => p.id === step.paymentId)
    const provider = facts.checkout?.provider ?? 'dodo'
    const sessionId = payment?.sessionId ?? ''
    const note = {
      reference: step.paymentId,
      note: payment ? `${provider} topup` : 'by hand',
      meta: {
        provider,
        payment_id: facts.checkout?.paymentId ?? '',
        provider_session_id: sessionId,
        provider_payment_id: step.paymentId,
        ...(provider === 'dodo'
          ? { dodo_checkout_session_id: sessionId, dodo_payment_id: step.paymentId }
          : {}),
      },
    }
    try {
      const topup = await keeperOf(context).credit(knownTopup(facts), note, context.now())
      return credited(step.amount.toString(), topup)
    } catch (error) {
      if (!(error instanceof TopupTaken)) throw error
      return reread(facts, context)
    }
  },

  async verify(intent, facts, context) {
    // What was read before the call may not have been stored.
    const id = facts.key.slice('topup:'.length) as TopupId
    const topup = await keeperOf(context).read(id, context.now())
    const given = topup?.status === 'paid' && (topup.creditedFor ?? intent.key) === intent.key
    return given ? credited(intent.request['amount'] ?? '0', topup) : absent(topup ? { topup } : {})
  },
}

const credited = (amount: string, topup: TopupFact): Outcome =>
  done({ amount, via: 'balance', credits: topup.credits.toString() }, { topup })

async function reread(facts: Facts, context: StepContext): Promise<Outcome> {
  const topup = await keeperOf(context).read(knownTopup(facts).id, context.now())
  return absent(topup ? { topup } : {})
}
