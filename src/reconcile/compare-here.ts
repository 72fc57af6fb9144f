import type { UnfinishedCall, UnreadSession } from '../db/queries/unfinished.ts'
import type { Difference } from './difference.ts'

export const unreadSession = ({ id, key, number, expiresAt, stuck }: UnreadSession): Difference => ({
  kind: 'session_unread',
  about: id,
  payable: key,
  invoice: number ?? key,
  lago: '',
  dodo: 'not asked yet',
  here: `lapsed ${expiresAt.toISOString()}, never read since`,
  wake: stuck ? null : key,
})

export const unfinishedCall = (call: UnfinishedCall): Difference => ({
  kind: 'call_unfinished',
  about: `${call.verb} ${call.intent}`,
  payable: call.key,
  invoice: call.number ?? call.key,
  lago: '',
  dodo: '',
  here: `begun ${call.startedAt.toISOString()}, outcome unknown`,
  wake: call.stuck ? null : call.key,
})
