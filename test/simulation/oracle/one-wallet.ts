import type { Check } from '../oracle.ts'

export const beforeSweep = true

/** However many top-ups of a user are credited at once, one wallet is opened for them. */
export const check: Check = ({ world }) =>
  [...world.lago.state.customers.values()].flatMap(({ external_id, wallets }) => {
    const ours = wallets.filter(wallet => wallet.code === 'dodo-topups')
    return ours.length > 1 ? [`${external_id} has ${ours.length} wallets`] : []
  })
