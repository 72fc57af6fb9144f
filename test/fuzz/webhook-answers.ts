import type { Answer } from './answer.ts'
import type { Shot } from './shot.ts'

const RECEIPT = /^\{"received":true,"event_id":".*","sync_status":"(?:stored|seen|ignored)"\}$/s

/** A webhook that is taken says so in full; one that is refused says why in a code. */
export function judgeWebhook(shot: Shot, answer: Answer & { kind: 'answer' }): string | null {
  if (shot.trust === 'signed' && ![200, 400].includes(answer.status))
    return `signed, yet answered ${answer.status}`
  if (answer.status === 200 && !RECEIPT.test(answer.body)) return 'a receipt of another form'
  return null
}
