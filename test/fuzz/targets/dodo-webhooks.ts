import { dodoDoor } from '../dodo-door.ts'
import type { Target } from '../target.ts'
import { judgeWebhook } from '../webhook-answers.ts'

const target: Target = { ...dodoDoor('/webhooks/dodo'), judge: judgeWebhook }
export default target
