import { dodoDoor } from '../dodo-door.ts'
import type { Target } from '../target.ts'

const { name, strangers } = dodoDoor('/v1/payment/webhook')

/** The same events at the payment service's own door. What is signed is tried at the other one: this one waits for what comes of it. */
const target: Target = {
  name,
  strangers,
  friends: () => null,
  judge: (_, { status }) => ([400, 401, 413, 431].includes(status) ? null : `answered ${status}`),
}
export default target
