import type { Incoming, Router } from '../../kernel/router.ts'
import { ApiError } from '../api-error.ts'
import { decimals } from '../currencies.ts'
import { getCustomer } from '../model/customers.ts'
import { type PayInput, paySession } from '../model/pay-session.ts'
import { movePayment } from '../model/payments.ts'
import { getSession, returnUrl, sessionPayment, sessionState } from '../model/sessions.ts'
import { settleSession } from '../model/settle-session.ts'
import type { PaymentRow, SessionRow } from '../state.ts'
import type { World } from '../world.ts'
import { checkoutPage } from './checkout-page.ts'
import { escapeHtml, page } from './html.ts'

const OUTCOMES: Record<string, PayInput['outcome']> = {
  pay: 'succeeded',
  '3ds': 'requires_customer_action',
  processing: 'processing',
  decline: 'failed',
}

/** What a customer's browser sees. */
export function pageRoutes(router: Router, world: World): void {
  router
    .on('GET', '/session/:id', ({ params }) =>
      shown(() => checkoutPage(world, getSession(world, params['id'] ?? ''))),
    )
    .on('POST', '/session/:id', incoming => shown(() => submit(world, incoming)))
    .on('GET', '/portal/:id', ({ params }) =>
      shown(() => {
        const customer = getCustomer(world, params['id'] ?? '')
        const methods = (world.state.paymentMethods.get(customer.customer_id) ?? [])
          .map(
            ({ card }) =>
              `<li>${escapeHtml(card?.card_network ?? 'Card')} ending in ${escapeHtml(card?.last4_digits ?? '')}</li>`,
          )
          .join('')
        return page(
          'Customer portal',
          `<h1>${escapeHtml(customer.name)}</h1><p>${escapeHtml(customer.email)}</p><ul>${methods}</ul>`,
        )
      }),
    )
}

async function submit(world: World, { params, text }: Incoming): Promise<Response> {
  const session = getSession(world, params['id'] ?? '')
  const fields = new URLSearchParams(text)
  const action = fields.get('action') ?? ''
  if (action === 'close') return seeOther(session.request.cancel_url ?? `/session/${session.id}`)
  if (action === 'confirm' || action === 'fail') return decide(world, session, action === 'confirm')
  const outcome = OUTCOMES[action]
  if (!outcome) return checkoutPage(world, session, 'Choose how to pay.')
  try {
    return after(world, session, await paySession(world, session, inputOf(world, session, fields, outcome)))
  } catch (error) {
    if (error instanceof ApiError) return checkoutPage(world, session, error.message)
    throw error
  }
}

function inputOf(
  world: World,
  session: SessionRow,
  fields: URLSearchParams,
  outcome: PayInput['outcome'],
): PayInput {
  const [item] = session.request.product_cart
  const currency = item && world.state.products.get(item.product_id)?.product.price.currency
  const amount = fields.get('amount')
  const email = fields.get('email')
  const code = fields.get('code')
  return {
    outcome,
    ...(amount && { amount: Math.round(Number(amount) * 10 ** decimals(currency ?? 'USD')) }),
    ...(email && { email }),
    ...(code && outcome === 'failed' && { errorCode: code }),
  }
}

async function decide(world: World, session: SessionRow, confirmed: boolean): Promise<Response> {
  const row = sessionPayment(world, session)
  if (!row || sessionState(world, session) !== 'waiting') return checkoutPage(world, session)
  await movePayment(world, row, confirmed ? 'succeeded' : 'failed', { errorCode: 'AUTHENTICATION_FAILURE' })
  await settleSession(world, session, row)
  return after(world, session, row)
}

/** Success and slow methods leave the page; a decline keeps the customer on it for another try. */
function after(world: World, session: SessionRow, { payment }: PaymentRow): Response {
  if (payment.status === 'failed')
    return checkoutPage(world, session, `Declined: ${payment.error_code}. Try again.`)
  if (payment.status === 'requires_customer_action') return seeOther(`/session/${session.id}`)
  return seeOther(returnUrl(session, payment) ?? `/session/${session.id}`)
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}

async function shown(render: () => Response | Promise<Response>): Promise<Response> {
  try {
    return await render()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return page('Not found', `<h1>Not found</h1><p>${escapeHtml(error.message)}</p>`, error.status)
  }
}
