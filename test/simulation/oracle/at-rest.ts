import type { Check } from '../oracle.ts'

/** Nothing is left half done: no delivery without an outcome, no call whose outcome nobody knows, nothing due. */
export const check: Check = ({ world, payables, intents, unheard }) => {
  const now = world.timeline.now()
  return [
    ...unheard.map(d => `delivery ${d.type} for ${d.key} has no outcome`),
    ...intents.map(i => `${i.verb} of ${i.key} was begun, and nobody knows what came of it`),
    ...payables.flatMap(p => {
      const wrong: string[] = []
      if (p.leaseUntil) wrong.push('is still leased')
      if (p.dueAt && p.dueAt <= now) wrong.push('is due and nobody takes it')
      if (p.attempts > 0 || p.lastError) wrong.push(`fails: ${p.lastError}`)
      if (p.attention.some(a => a.reason === 'stuck')) wrong.push('is stuck')
      return wrong.map(what => `${p.key} ${what}`)
    }),
  ]
}
