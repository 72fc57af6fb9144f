import type { Facts, InvoiceFact, SessionCause } from '../facts.ts'
import { findIntent } from '../intent.ts'
import { money } from '../money.ts'
import type { Policy } from '../policy.ts'
import type { Step } from '../steps.ts'
import { newestSession } from './payment-state.ts'
import { nextAttempt } from './retries.ts'
import { type WayToPay, wayToPay } from './way-to-pay.ts'

export const LINK_METADATA_KEY = 'dodo_payment_url'

/** The link that never changes, however many checkouts come and go behind it. */
export const payLink = (facts: Facts, policy: Policy): string => `${policy.payLinkBase}${facts.payToken}`

/** Opens a way to pay when one is wanted, and lets Lago know the link. `owed` is more than zero. */
export function collect(
  facts: Facts,
  invoice: InvoiceFact,
  owed: bigint,
  policy: Policy,
  now: Date,
): WayToPay {
  const due = money(owed, invoice.currency)
  const way = wayToPay(facts, { due, what: invoice.number, cause: wanted(facts, policy, now) }, policy, now)
  return way.live ? { ...way, steps: publish(facts, invoice, policy) } : way
}

/** A checkout is opened for a new invoice, when the pay link is used, when a retry is due or asked for. */
function wanted(facts: Facts, policy: Policy, now: Date): SessionCause | null {
  const newest = newestSession(facts.sessions)
  if (!newest) return 'invoice'
  if (facts.retryRequestedAt && facts.retryRequestedAt > newest.createdAt) return 'retry'
  const next = nextAttempt(facts, policy)
  if (next.kind === 'at' && next.at <= now) return 'retry'
  return facts.linkRequestedAt && facts.linkRequestedAt > newest.createdAt ? 'link' : null
}

function publish(facts: Facts, invoice: InvoiceFact, policy: Policy): Step[] {
  const url = payLink(facts, policy)
  if (invoice.metadata.some(entry => entry.key === LINK_METADATA_KEY && entry.value === url)) return []
  const intent = findIntent(facts.intents, 'publish-link', url)
  return intent && intent.state !== 'absent' ? [] : [{ verb: 'publish-link', key: url, url }]
}
