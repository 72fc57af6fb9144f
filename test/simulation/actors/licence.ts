import type { Actor } from '../scene.ts'

/** Lago's licence lapses, or is bought. */
export const actor: Actor = {
  name: 'the licence comes or goes',
  weight: 1,
  act({ lago }) {
    const premium = !lago.settings.premium
    lago.control.setPremium({ premium })
    return premium ? 'Lago has a licence' : 'Lago has no licence any more'
  },
}
