import { type Actor, doing } from '../scene.ts'
import { userToken } from '../tokens.ts'
import { askForCheckout } from './support/topups.ts'

/** A user buys credits: orders a top-up, and asks for its checkout. */
export const actor: Actor = {
  name: 'a top-up is ordered',
  weight: 7,
  sells: true,
  always: 'begins',
  act(scene, random) {
    if (scene.balance === 'off') return null
    const user = `buyer_${random.int(1, 2)}`
    if (!scene.lago.state.customersByExternalId.has(user))
      scene.lago.control.createCustomer({ external_id: user, currency: 'USD' })
    const credits = random.int(50, 9_000) * 10_000
    const goesOn = random.next() < 0.9
    return doing(scene, `${user} orders ${credits} credits`, async () => {
      const { status, body } = await scene.ask({
        path: '/v1/balance/topups/create',
        token: userToken(user, scene.timeline.now()),
        body: { credits, note: 'credits' },
      })
      const id = body['topup_id']
      scene.say(`  … order of ${user}: ${status} ${typeof id === 'string' ? id : JSON.stringify(body)}`)
      if (typeof id === 'string' && goesOn) await askForCheckout(scene, id, user)
    })
  },
}
