import { type Context, Hono } from 'hono'
import type { PayableKey } from '../../core/ids.ts'
import { formatMoney, money } from '../../core/money.ts'
import { restsSince } from '../../db/queries/ask-checkout.ts'
import { requestLook } from '../../db/queries/pay-link.ts'
import { type TopupPaymentRow, topupPaymentByToken } from '../../db/queries/topup-payments.ts'
import { page, type Shell } from '../page-shell.ts'
import type { PaymentEngine, PaymentParts } from './parts.ts'

const TOKEN = /^[\w-]{22}$/
/** How long a buyer who comes back waits for the news before the page looks again by itself. */
const WAIT_MS = 3_000
const POLL_MS = 100
const LOOK_PAUSE_MS = 10_000

type Result = Pick<Shell, 'title' | 'heading' | 'text' | 'reload'>

const still = { reload: false } as const

const RESULTS = {
  paid: {
    ...still,
    title: 'Payment successful',
    heading: 'Payment completed',
    text: 'Thank you. The payment has been accepted and the credits are on your balance.',
  },
  pending: {
    title: 'Payment in progress',
    text: 'The payment is being processed. This page looks again by itself; you may also close it.',
    reload: true,
  },
  review: {
    ...still,
    title: 'Payment under review',
    text: 'The payment has arrived and does not match what was asked for. Somebody is looking into it; you need not pay again.',
  },
  failed: { ...still, title: 'Payment failed', text: 'No charge was completed. You may try again.' },
  canceled: { ...still, title: 'Payment canceled', text: 'No charge was completed. You may try again.' },
  expired: { ...still, title: 'Checkout expired', text: 'No charge was completed. You may start again.' },
  accepted: {
    ...still,
    title: 'Payment successful',
    heading: 'Payment completed',
    text: 'The payment has been accepted. Your balance shows it as soon as it has been credited.',
  },
  unknown: {
    ...still,
    title: 'Payment submitted',
    text: 'Your balance shows the payment as soon as it has been credited.',
  },
} satisfies Record<string, Result>

/**
 * Where a buyer comes back to. What is shown is what is known here, found by the token in the address; what the
 * address claims besides is at most believed when it is bad news. Nothing here moves money.
 */
export function redirectDoor(parts: PaymentParts): Hono {
  const app = new Hono()
  app.get('/success', async c => {
    const row = await found(c, parts)
    if (row) return shown(c, row.status === 'canceled' ? RESULTS.canceled : resultOf(row), parts, row)
    const claimed = c.req.query('status')
    if (claimed === undefined && c.req.query('ref') === undefined) return shown(c, RESULTS.accepted, parts)
    return shown(c, claimed === 'failed' || claimed === 'cancelled' ? RESULTS.failed : RESULTS.unknown, parts)
  })
  app.get('/cancel', async c => {
    const row = await found(c, parts)
    const known = row && (row.status === 'paid' || row.status === 'review') ? resultOf(row) : RESULTS.canceled
    return shown(c, known, parts, row)
  })
  return app
}

const resultOf = ({ status }: TopupPaymentRow): Result =>
  status in RESULTS ? RESULTS[status as keyof typeof RESULTS] : RESULTS.unknown

function shown(c: Context, result: Result, { homeUrl }: PaymentParts, row: TopupPaymentRow | null = null) {
  const details = row
    ? ([
        ['Amount', formatMoney(money(BigInt(row.amountMinor), row.currency.toUpperCase()))],
        ['Payment', row.paymentId],
      ] as const)
    : []
  return page(c, { ...result, status: 200, details, link: { href: homeUrl, text: 'Return' } })
}

/** The payment behind the token, as it is once everything that may have changed was looked at. */
async function found(c: Context, parts: PaymentParts): Promise<TopupPaymentRow | null> {
  const token = c.req.query('ref') ?? ''
  if (!TOKEN.test(token)) return null
  const engine = await parts.engine()
  const row = await topupPaymentByToken(engine.sql, token)
  if (!row || row.status === 'paid' || row.status === 'review') return row
  return await afterLook(token, row.payableKey as PayableKey, engine)
}

async function afterLook(
  token: string,
  key: PayableKey,
  engine: PaymentEngine,
): Promise<TopupPaymentRow | null> {
  const asked = engine.time.now()
  // Too soon to ask again: a page that reloads must hold neither its connection nor the database.
  if (!(await requestLook(engine.sql, key, asked, LOOK_PAUSE_MS)))
    return topupPaymentByToken(engine.sql, token)
  engine.kick()
  for (;;) {
    await engine.pace.sleep(POLL_MS)
    const rested = await restsSince(engine.sql, key, asked, engine.time.now())
    const row = await topupPaymentByToken(engine.sql, token)
    if (rested || engine.time.now().getTime() - asked.getTime() > WAIT_MS) return row
  }
}
