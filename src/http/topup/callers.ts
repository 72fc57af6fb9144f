import type { Context } from 'hono'
import type { Identify, Identity } from '../../topup/identity.ts'
import { Refusal } from '../../topup/refusal.ts'
import type { Input } from './answers.ts'

type User = Extract<Identity, { kind: 'user' }>

/** The user who calls. An administrator is none. Throws Refusal. */
export async function needUser(c: Context, identify: Identify): Promise<User> {
  const identity = await known(c, identify)
  if (identity.kind !== 'user') throw forbidden(identity)
  return identity
}

/** Throws Refusal for anybody but an administrator. */
export async function needAdmin(c: Context, identify: Identify): Promise<void> {
  const identity = await known(c, identify)
  if (identity.kind !== 'admin') throw forbidden(identity)
}

/** A token that is bound to one city acts for no other. Throws Refusal. */
export function checkCity(user: User, input: Input): void {
  const city = input['city_id']
  if (city !== undefined && user.cityId !== null && city !== user.cityId)
    throw new Refusal(403, 'city_mismatch', 'city_id does not match the authenticated token')
}

async function known(c: Context, identify: Identify): Promise<Identity> {
  const identity = await identify(c.req.raw)
  if (identity.kind === 'guest') throw new Refusal(401, 'authentication_required', 'Authentication required')
  return identity
}

const forbidden = ({ kind }: Identity) => new Refusal(403, 'forbidden', `Forbidden for identity: ${kind}`)
