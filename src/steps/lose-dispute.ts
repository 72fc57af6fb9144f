import { absent, done, type EffectHandler, knownInvoice } from './types.ts'

/** Tells Lago that a dispute was lost. The payment status stays as it was. */
export const loseDispute: EffectHandler<'lose-dispute'> = {
  settleMs: () => 0,

  request: () => ({}),

  async run(_step, facts, { lago, now }) {
    return done({}, { invoice: await lago.loseDispute(knownInvoice(facts).id, now()) })
  },

  async verify(_intent, facts, { lago, now }) {
    const invoice = await lago.getInvoice(knownInvoice(facts).id, now())
    if (!invoice) return absent()
    return invoice.disputeLost ? done({}, { invoice }) : absent({ invoice })
  },
}
