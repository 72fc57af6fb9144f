import type { Facts, InvoiceFact } from '../facts.ts'
import type { Attention } from '../park.ts'
import type { Policy } from '../policy.ts'
import { onlyReads, type Step } from '../steps.ts'
import { decide, isResolved } from './invoice.ts'
import { lookInterval, unheard } from './look-again.ts'
import { noticesOf } from './notices.ts'
import { LINK_TRUST_MS } from './pay-view.ts'
import { planTopup } from './topup.ts'
import { later, type Plan } from './types.ts'

export type { PayableState, Plan } from './types.ts'

/**
 * What to do about an invoice or a top-up, given everything that is known. Pure: the same facts give the same steps.
 * Money moves only on what was read from Lago in this run, and never beside a call whose outcome is unknown;
 * so the first steps are often to read.
 */
export function plan(facts: Facts, policy: Policy, now: Date): Plan {
  const unknown = facts.intents.filter(intent => intent.state === 'started')
  if (unknown.length > 0)
    return reading(
      unknown.map(intent => ({ verb: 'verify', intent })),
      'finding out what became of an earlier call',
    )

  if (facts.kind === 'topup') return planTopup(facts, policy, now)
  const { invoice, missingAt } = facts
  const lastRead = [invoice?.readAt, missingAt]
    .filter(at => at instanceof Date)
    .sort((a, b) => b.getTime() - a.getTime())[0]
  const fresh = lastRead !== undefined && lastRead >= facts.since
  const asked = facts.lookRequestedAt !== null && lastRead !== undefined && facts.lookRequestedAt > lastRead
  if (!fresh && (!lastRead || facts.lookWanted || asked))
    return reading([{ verb: 'read-invoice' }], 'asking Lago about the invoice')
  if (!invoice || (missingAt && missingAt > invoice.readAt)) return missing(facts)

  const outcome = decide(facts, invoice, policy, now)
  const mayChange = outcome.wakeAt !== null
  const steps: Step[] = mayChange ? [...unheard(facts, now), ...outcome.steps] : [...outcome.steps]
  if (!fresh && (steps.some(step => !onlyReads(step)) || (mayChange && lookIsDue(facts, invoice, now))))
    return reading([{ verb: 'read-invoice' }], 'asking Lago about the invoice')
  return { ...outcome, steps, notices: noticesOf(facts, invoice, outcome, policy) }
}

const reading = (steps: Step[], say: string): Plan => ({
  steps,
  state: 'waiting',
  wakeAt: null,
  attention: [],
  notices: [],
  say,
})

function missing(facts: Facts): Plan {
  const attention: Attention[] = [
    { reason: 'invoice_not_found', about: facts.key, detail: 'Lago answered 404' },
  ]
  return {
    steps: [],
    state: 'uncollectable',
    wakeAt: null,
    attention: attention.filter(a => !isResolved(facts, a)),
    notices: [],
    say: 'Lago knows no such invoice.',
  }
}

function lookIsDue(facts: Facts, invoice: InvoiceFact, now: Date): boolean {
  if (facts.linkRequestedAt && facts.linkRequestedAt > later(invoice.readAt, LINK_TRUST_MS)) return true
  return now >= later(invoice.readAt, lookInterval(facts, now))
}
