import { decimals, display } from '../currencies.ts'
import { priceCart } from '../model/cart.ts'
import { type SessionState, sessionPayment, sessionState } from '../model/sessions.ts'
import type { SessionRow } from '../state.ts'
import type { World } from '../world.ts'
import { escapeHtml, page } from './html.ts'

const DECLINES = [
  'INSUFFICIENT_FUNDS',
  'GENERIC_DECLINE',
  'CARD_DECLINED',
  'DO_NOT_HONOR',
  'EXPIRED_CARD',
  'INCORRECT_CVC',
  'AUTHENTICATION_FAILURE',
  'PROCESSING_ERROR',
  'STOLEN_CARD',
  'FRAUDULENT',
]

const CLOSED: Record<Exclude<SessionState, 'open' | 'waiting'>, string> = {
  consumed: 'This checkout has been paid. Thank you.',
  expired: 'This checkout link has expired. Ask the merchant for a new one.',
}

/** The hosted page of a session, for a person at the demo. `problem` is shown above the form. */
export function checkoutPage(world: World, session: SessionRow, problem?: string): Response {
  const state = sessionState(world, session)
  const merchant = world.options.merchantName
  const header = `<span class="mode">Test mode</span><p class="merchant">${escapeHtml(merchant)}</p>`
  if (state === 'consumed' || state === 'expired') {
    return page(
      `${merchant}: checkout`,
      `${header}<h1>${state === 'consumed' ? 'Paid' : 'Expired'}</h1><p>${CLOSED[state]}</p>`,
    )
  }
  const alert = problem ? `<p class="alert" role="alert">${escapeHtml(problem)}</p>` : ''
  const body = state === 'waiting' ? waiting(session) : form(world, session)
  return page(`Pay ${merchant}`, `${header}${summary(world, session)}${alert}${body}`)
}

function summary(world: World, session: SessionRow): string {
  const payment = sessionPayment(world, session)
  const cart = payment || session.purpose.kind !== 'checkout' ? undefined : priceCart(world, session.request)
  const currency = payment?.payment.currency ?? cart?.currency ?? 'USD'
  const total = payment?.payment.total_amount ?? cart?.gross ?? 0
  const tax = payment?.payment.tax ?? cart?.tax ?? 0
  const lines = (payment?.lines ?? cart?.lines ?? []).map(line =>
    entry(line.name, display(line.gross, currency)),
  )
  lines.push(entry('Total', display(total, currency)))
  if (tax > 0) lines.push(entry('of which tax', display(tax, currency)))
  return `<h1>${escapeHtml(display(total, currency))}</h1><dl>${lines.join('')}</dl>`
}

function entry(name: string, value: string): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`
}

function form(world: World, session: SessionRow): string {
  const { request } = session
  const given = request.customer && 'email' in request.customer ? request.customer.email : undefined
  const known = session.customerId === null ? given : world.state.customers.get(session.customerId)?.email
  const email = known
    ? `<p class="note">Receipt to ${escapeHtml(known)}</p>`
    : `<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="email" required value="customer@example.com">`
  const cancel = request.cancel_url
    ? '<button name="action" value="close" formnovalidate>Close and go back</button>'
    : ''
  return `<form method="post">
${email}${amountField(world, session)}
<button class="main" name="action" value="pay">Pay</button>
<button name="action" value="3ds">Pay with 3-D Secure</button>
<button name="action" value="processing">Pay by a slow method</button>
<details open><summary>Decline instead</summary>
<label for="code">Reason</label>
<select id="code" name="code">${DECLINES.map(code => `<option>${code}</option>`).join('')}</select>
<button class="bad" name="action" value="decline">Decline</button></details>
${cancel}</form>
<p class="note">Nothing is charged: this is a sandbox.</p>`
}

/** Shown where the session left the amount to the customer. */
function amountField(world: World, session: SessionRow): string {
  const [item] = session.request.product_cart
  const price = item && world.state.products.get(item.product_id)?.product.price
  if (price?.type !== 'one_time_price' || !price.pay_what_you_want || typeof item?.amount === 'number')
    return ''
  const unit = 10 ** decimals(price.currency)
  const min = price.price / unit
  const suggested = Math.max(price.suggested_price ?? 0, price.price) / unit
  return `<label for="amount">Amount in ${escapeHtml(price.currency)}</label>
<input id="amount" name="amount" type="number" min="${min}" step="${1 / unit}" value="${suggested}" required>`
}

function waiting(session: SessionRow): string {
  return `<p>The bank asks for a confirmation of this payment.</p>
<form method="post" action="/session/${escapeHtml(session.id)}">
<div class="row"><button class="main" name="action" value="confirm">Confirm</button>
<button class="bad" name="action" value="fail">Fail</button></div></form>`
}
