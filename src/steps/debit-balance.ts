import { keeperOf, knownTopup } from './credit-balance.ts'
import { absent, done, type EffectHandler } from './types.ts'

/** Takes back the credits of money that went back to the payer. The keeper takes them once for each refund or dispute. */
export const debitBalance: EffectHandler<'debit-balance'> = {
  settleMs: () => 0,

  request: step => ({
    payment_id: step.paymentId,
    amount: step.amount.toString(),
    credits: step.credits.toString(),
    why: step.why,
  }),

  async run(step, facts, context) {
    const { debit } = keeperOf(context)
    if (!debit) {
      const message = `${step.credits} credits are to be taken back, and this balance offers no way to do it`
      return { kind: 'refused', result: { message }, patch: {} }
    }
    const { debited, shortfall } = await debit(knownTopup(facts), {
      key: step.key,
      credits: step.credits,
      note: `${facts.checkout?.provider ?? 'dodo'} ${step.why}`,
      meta: { payment_id: facts.checkout?.paymentId ?? '', provider_payment_id: step.paymentId },
    })
    return done({ debited: debited.toString(), shortfall: shortfall.toString() })
  },

  /** The keeper knows what it took already, so asking again is safe. */
  verify: async () => absent(),
}
