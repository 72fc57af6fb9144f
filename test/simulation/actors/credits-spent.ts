import { type Actor, doing } from '../scene.ts'

/** Credits are used up in Lago: what is spent cannot be taken back. */
export const actor: Actor = {
  name: 'credits are spent',
  weight: 2,
  sells: true,
  act(scene, random) {
    const full = [...scene.lago.state.wallets.values()].filter(wallet => wallet.balance_cents > 1)
    if (full.length === 0) return null
    const wallet = random.pick(full)
    const cents = random.int(1, wallet.balance_cents)
    return doing(scene, `${cents} cents of credits of ${wallet.customer.external_id} are spent`, () =>
      scene.lago.control.topUpFromConsole({
        wallet_id: wallet.lago_id,
        voided_credits: (cents / 100).toFixed(2),
      }),
    )
  },
}
