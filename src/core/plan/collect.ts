import { notChargeable } from '../chargeable.ts'
import type { Facts, InvoiceFact, SessionCause, SessionFact } from '../facts.ts'
import { findIntent } from '../intent.ts'
import { formatMoney, money } from '../money.ts'
import type { Attention, ParkReason } from '../park.ts'
import { type Policy, productFor } from '../policy.ts'
import type { Step } from '../steps.ts'
import { isSpent, liveSession, newestSession } from './payment-state.ts'
import { nextAttempt } from './retries.ts'

export const LINK_METADATA_KEY = 'dodo_payment_url'

/** The link that never changes, however many checkouts come and go behind it. */
export const payLink = (facts: Facts, policy: Policy): string => `${policy.payLinkBase}${facts.payToken}`

/** `live`: the checkout that the payer may be sent to. */
type Collection = { steps: Step[]; attention: Attention[]; live: SessionFact | undefined }

/** Opens a way to pay when one is wanted, and lets Lago know the link. `owed` is more than zero. */
export function collect(
  facts: Facts,
  invoice: InvoiceFact,
  owed: bigint,
  policy: Policy,
  now: Date,
): Collection {
  const due = money(owed, invoice.currency)
  const park = (reason: ParkReason, detail: string): Collection => ({
    steps: [],
    attention: [{ reason, about: facts.key, detail }],
    live: undefined,
  })

  const unfit = notChargeable(due)
  if (unfit) return park(unfit, `${invoice.number} asks for ${formatMoney(due)}`)
  const productId = productFor(policy, invoice.currency)
  if (productId === undefined)
    return park('no_product_for_currency', `${invoice.number} is in ${invoice.currency}`)
  const fault = policy.unfitProducts.get(productId)
  if (fault !== undefined) return park('product_unfit', fault)

  const live = liveSession(facts.sessions, facts.payments, due, now)
  if (live) return { steps: publish(facts, invoice, policy), attention: [], live }
  const cause = wanted(facts, policy, now)
  if (cause === null) return { steps: [], attention: [], live: undefined }

  const attempt = (newestSession(facts.sessions)?.attempt ?? 0) + 1
  const key = String(attempt)
  const refused = findIntent(facts.intents, 'open-checkout', key)
  if (refused?.state === 'refused')
    return park('checkout_refused', refused.result['message'] ?? 'no reason was given')

  // Two live ways to pay are two payments: whatever may still come of an older checkout is read first.
  const unread = facts.sessions.filter(s => s.readAt < facts.since && !isSpent(s, facts.payments))
  if (unread.length > 0)
    return {
      steps: unread.map(s => ({ verb: 'read-session', sessionId: s.id })),
      attention: [],
      live: undefined,
    }
  return {
    steps: [
      { verb: 'open-checkout', key, attempt, cause, amount: owed, currency: invoice.currency, productId },
    ],
    attention: [],
    live: undefined,
  }
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
