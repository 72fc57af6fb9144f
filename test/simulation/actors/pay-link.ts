import type { Actor } from '../scene.ts'

/** A customer opens the pay link, or comes back from a checkout. */
export const actor: Actor = {
  name: 'a customer opens the pay link',
  weight: 4,
  async act(scene, random) {
    const links = await scene.sql<{ key: string; token: string }[]>`
      select key, pay_token as token from payables where kind = 'invoice' order by key`
    if (links.length === 0) return null
    const { key, token } = random.pick(links)
    const back = random.next() < 0.3
    scene.visit(`/pay/${token}${back ? '/return?status=succeeded' : ''}`)
    return `${back ? 'comes back to' : 'opens'} the pay link of ${key}`
  },
}
