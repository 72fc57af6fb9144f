import { type Context, Hono } from 'hono'
import type { TopupFact } from '../../core/facts.ts'
import { payableKey, type TopupId } from '../../core/ids.ts'
import { newestSession } from '../../core/plan/payment-state.ts'
import { type Opening, openingOf } from '../../core/topup-opening.ts'
import { askCheckout, restsSince } from '../../db/queries/ask-checkout.ts'
import { type Known, loadFacts } from '../../db/queries/load-facts.ts'
import { getTopupPayment, type TopupPaymentRow } from '../../db/queries/topup-payments.ts'
import { paymentIdOf } from '../../topup/ids.ts'
import { found, toFact } from '../../topup/keeper.ts'
import type { PaymentProvider } from '../../topup/provider.ts'
import { Refusal } from '../../topup/refusal.ts'
import { type Input, inputOf, smallBody, textIn } from './answers.ts'
import { checkCity, needUser } from './callers.ts'
import { type PaymentEngine, type PaymentParts, providerOf } from './parts.ts'
import { checkoutAnswer } from './payment-record.ts'

/** How long a buyer waits for the checkout to be opened. */
const WAIT_MS = 10_000
const POLL_MS = 20
const SLOWEST_POLL_MS = 250

/** `POST /checkout/create`: the checkout of a top-up; asked again it answers the same, and the provider is not asked. */
export function checkoutDoor(parts: PaymentParts): Hono {
  const app = new Hono()
  app.post('/', smallBody, async c => {
    const user = await needUser(c, parts.identify)
    const input = await inputOf(c)
    checkCity(user, input)
    const provider = wantedProvider(input, parts)
    const topup = await wantedTopup(input, user.userId, provider, parts)
    const engine = await parts.engine()
    const key = payableKey.topup(topup.id)
    const paymentId = paymentIdOf(provider.id, topup.id)

    const known = await load(engine, key)
    const other = known?.facts.checkout?.provider
    if (other && other !== provider.id)
      throw new Refusal(409, 'other_method', `the top-up is being paid through ${other} already`)
    const before = known ? openingOf(known.facts, topup, null, engine.time.now()) : null
    if (before?.kind !== 'open') {
      const ask = { key, paymentId, provider: provider.id, resultBase: baseOf(c, provider, parts), topup }
      await askCheckout(engine.sql, ask, engine.time.now())
      engine.kick()
      const { opening, known: after } = await waited(engine, key, topup, known)
      if (opening.kind !== 'open') throw failure(opening, paymentId, after)
    }
    return c.json(checkoutAnswer(await shown(engine, key, paymentId)))
  })
  return app
}

function wantedProvider(input: Input, parts: PaymentParts): PaymentProvider {
  const id = textIn(input, 'method_id') || textIn(input, 'provider')
  if (id === '') throw new Refusal(400, 'method_required', 'payment method_id is required')
  const provider = providerOf(parts, id)
  if (!provider) throw new Refusal(404, 'method_not_found', `Payment provider ${id} is not available`)
  const reason = provider.unavailable()
  if (reason) throw new Refusal(400, 'method_disabled', `Payment provider ${id} is disabled: ${reason}`)
  return provider
}

async function wantedTopup(
  input: Input,
  userId: string,
  provider: PaymentProvider,
  { readTopup, engine }: PaymentParts,
): Promise<TopupFact> {
  const id = textIn(input, 'topup_id')
  if (id === '') throw new Refusal(400, 'topup_required', 'topup_id is required')
  const view = await found(readTopup, id)
  if (!view) throw new Refusal(404, 'topup_not_found', `topup not found: ${id}`)
  if (view.user_id !== userId)
    throw new Refusal(403, 'topup_of_another_user', 'Topup does not belong to current user')
  if (view.status !== 'pending')
    throw new Refusal(409, `topup_already_${view.status}`, `Topup is already ${view.status}`)
  const topup = toFact(view, id as TopupId, (await engine()).time.now())
  if (provider.currency !== topup.currency.toLowerCase())
    throw new Refusal(
      409,
      'currency_mismatch',
      `the top-up is priced in ${topup.currency}, and ${provider.id} charges ${provider.currency}`,
    )
  return topup
}

/** The address of the pages that the buyer comes back to. Only in test mode it may be taken from the request. */
function baseOf(c: Context, provider: PaymentProvider, { baseUrl }: PaymentParts): string {
  if (baseUrl) return baseUrl
  if (provider.live)
    throw new Refusal(500, 'base_url_missing', 'live mode needs the address of the result pages')
  const url = new URL(c.req.url)
  const proxied = c.req.header('x-forwarded-proto') === 'https'
  return proxied ? `https://${url.host}` : url.origin
}

const load = async (engine: PaymentEngine, key: ReturnType<typeof payableKey.topup>): Promise<Known | null> =>
  (await loadFacts(engine.sql, [key], engine.time.now())).get(key) ?? null

/** Waits until the loop has found or opened a checkout, or could not. */
async function waited(
  engine: PaymentEngine,
  key: ReturnType<typeof payableKey.topup>,
  topup: TopupFact,
  before: Known | null,
): Promise<{ opening: Opening; known: Known | null }> {
  const began = engine.time.now().getTime()
  for (let look = 0; ; look++) {
    await engine.pace.sleep(Math.min(POLL_MS * 2 ** look, SLOWEST_POLL_MS))
    // Looked at first: what is loaded afterwards is at least as new.
    const atRest = await restsSince(engine.sql, key, before?.updatedAt ?? null, engine.time.now())
    const known = await load(engine, key)
    const now = engine.time.now()
    const opening: Opening = known
      ? openingOf(known.facts, topup, before?.facts ?? null, now)
      : { kind: 'unknown' }
    const hopeless = known?.state === 'uncollectable' || known?.state === 'closed'
    // While the call is under way its outcome is not known, whatever is written down so far.
    const ended = opening.kind === 'open' || (atRest && (opening.kind !== 'unknown' || hopeless))
    if (ended || now.getTime() - began > WAIT_MS)
      return { opening: ended ? opening : { kind: 'unknown' }, known }
  }
}

/** The payment as the end of the run shows it: the session is known a moment before. */
async function shown(
  engine: PaymentEngine,
  key: ReturnType<typeof payableKey.topup>,
  paymentId: string,
): Promise<TopupPaymentRow> {
  const began = engine.time.now().getTime()
  const newest = newestSession((await load(engine, key))?.facts.sessions ?? [])
  for (;;) {
    const row = await getTopupPayment(engine.sql, paymentId)
    if (row && (row.status === 'paid' || (row.checkoutUrl !== '' && row.providerSessionId === newest?.id)))
      return row
    if (engine.time.now().getTime() - began > WAIT_MS) throw inProgress(paymentId)
    await engine.pace.sleep(POLL_MS)
  }
}

const inProgress = (paymentId: string) =>
  new Refusal(409, 'checkout_in_progress', 'Checkout creation is already in progress', {
    payment_id: paymentId,
  })

function failure(opening: Opening, paymentId: string, known: Known | null): Refusal {
  const more = { payment_id: paymentId }
  if (known?.state === 'closed')
    return new Refusal(409, 'topup_already_canceled', `Topup is already ${known.facts.topup?.status}`, more)
  if (known?.state === 'uncollectable')
    return new Refusal(409, 'not_collectable', 'the amount cannot be charged through this method', more)
  if (opening.kind === 'refused')
    return new Refusal(502, 'provider_error', 'the payment provider refused to open a checkout', more)
  if (opening.kind === 'lost')
    return new Refusal(502, 'provider_error', 'the payment provider failed to open a checkout', more)
  if (opening.kind === 'unreached')
    return new Refusal(503, 'provider_unreachable', 'the payment provider cannot be reached now', more)
  return inProgress(paymentId)
}
