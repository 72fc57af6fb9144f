import type { Random } from '../../kernel/chance.ts'
import type { Scene } from '../../scene.ts'
import { userToken } from '../../tokens.ts'

type KnownTopup = { id: string; user: string; status: string }

/** Some top-up of the service's, the newest the likeliest. */
export async function aTopup({ sql, balance }: Scene, random: Random): Promise<KnownTopup | null> {
  if (balance === 'off') return null
  const rows = await sql<KnownTopup[]>`
    select topup_id as id, user_id as user, status from topups order by created_at desc, topup_id`
  if (rows.length === 0) return null
  return rows[Math.min(random.int(0, rows.length - 1), random.int(0, rows.length - 1))] ?? null
}

/** The buyer's app asks for the checkout of a top-up. */
export async function askForCheckout(scene: Scene, topupId: string, user: string): Promise<void> {
  const { status, body } = await scene.ask({
    path: '/v1/payment/checkout/create',
    token: userToken(user, scene.timeline.now()),
    body: { method_id: 'dodo', topup_id: topupId },
  })
  scene.say(`  … checkout of ${topupId}: ${status} ${body['provider_session_id'] ?? JSON.stringify(body)}`)
}
