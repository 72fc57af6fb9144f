import { type Context, Hono } from 'hono'
import type { Logger } from 'pino'
import type { Time } from '../../time.ts'
import { type AuthOptions, type Identify, mintUserToken } from '../../topup/identity.ts'
import { Refusal } from '../../topup/refusal.ts'
import { inputOf, onError, smallBody, textIn } from './answers.ts'
import { needAdmin } from './callers.ts'

type Parts = { auth: AuthOptions; identify: Identify; time: Time; log: Logger }

/** `POST /v1/tokens`: a user token for a back end or a test, signed with the shared secret; administrators only. */
export function tokenApp({ auth, identify, time, log }: Parts): Hono {
  const app = new Hono()
  const mint = async (c: Context) => {
    await needAdmin(c, identify)
    const input = await inputOf(c)
    const userId = textIn(input, 'user_id')
    const cityId = textIn(input, 'city_id')
    if (userId === '') throw new Refusal(400, 'user_required', 'user_id is required')
    const { token, expiresAt } = await mintUserToken(auth, time, {
      userId,
      cityId,
      ...(input['ttl'] === undefined ? {} : { ttl: input['ttl'] }),
    })
    c.header('Cache-Control', 'no-store')
    return c.json({
      user_token: token,
      city_id: cityId,
      user_id: userId,
      expires_at: expiresAt.toISOString(),
    })
  }
  app.post('/v1/tokens', smallBody, mint)
  app.post('/v1/cities/tokens/apply', smallBody, mint)
  app.onError(onError(log))
  return app
}
