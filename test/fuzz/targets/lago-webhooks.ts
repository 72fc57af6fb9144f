import fc, { type Arbitrary } from 'fast-check'
import { jwtSignature } from '../../../sandbox/lago/webhooks/signature.ts'
import { hmac, jws, LAGO_FORGERIES, mac } from '../lago-forgeries.ts'
import { type Material, nameOf } from '../material.ts'
import { nonsense } from '../nonsense.ts'
import { contentType, framing, noise, request } from '../requests.ts'
import type { Shot } from '../shot.ts'
import type { Target } from '../target.ts'
import { judgeWebhook } from '../webhook-answers.ts'

const PATH = '/webhooks/lago'

const bodies = (m: Material): Arbitrary<{ say: string; body: Buffer }> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(...m.lago).map(({ type, text }) => ({ say: type, body: Buffer.from(text) })),
    },
    { weight: 1, arbitrary: nonsense(m.lago, m.ids) },
  )

const target: Target = {
  name: PATH,
  strangers: m =>
    fc
      .record({
        of: bodies(m),
        trick: fc.constantFrom(...Object.keys(LAGO_FORGERIES)),
        n: fc.nat({ max: 100_000 }),
        framing,
        noise,
        contentType,
      })
      .map(({ of, trick, n, ...rest }): Shot => {
        const forged = LAGO_FORGERIES[trick]?.(of.body, m, n) ?? { headers: [] }
        return request({
          say: trick,
          trust: 'forged',
          path: PATH,
          headers: [
            ...rest.contentType,
            ...forged.headers,
            ['X-Lago-Unique-Key', `fuzz-${n}`],
            ...rest.noise,
          ],
          body: forged.body ?? of.body,
          framing: rest.framing,
        })
      }),
  friends: m =>
    fc.record({ of: nonsense(m.lago, m.ids), jwt: fc.boolean(), key: fc.boolean() }).map(
      ({ of: { say, body }, jwt, key }): Shot =>
        request({
          say,
          trust: 'signed',
          path: PATH,
          headers: [
            ['Content-Type', 'application/json'],
            // A header holds 16 KB: what is longer is not signed by JWT.
            ...(jwt && body.length < 6_000
              ? jws(jwtSignature(m.lagoKeys.privateKey, m.issuer, body.toString()))
              : hmac(mac('sha256', m.hmacKey, body).toString('base64'))),
            ...(key ? [['X-Lago-Unique-Key', nameOf(body)] as const] : []),
          ],
          body,
        }),
    ),
  judge: judgeWebhook,
}
export default target
