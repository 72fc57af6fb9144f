import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { dodoPaymentProvider, PaymentService, Refusal } from 'lago-dodo-bridge'

type Topup = {
  topup_id: string
  user_id: string
  credits: number
  usd_cents: number
  status: string
  credited_for: string | null
}

export type ShopOptions = {
  databaseUrl: string
  dodo: { apiKey: string; apiBaseUrl: string; productId: string; webhookKey: string }
  /** Where buyers reach the shop. */
  url: string
}

/** One cent is ten thousand credits. */
const CREDITS_PER_CENT = 10_000

/**
 * A shop with balances of its own, kept in memory to keep the example short. It brings three functions; the payment
 * service does everything that has to do with money arriving.
 */
export function createShop({ databaseUrl, dodo, url }: ShopOptions) {
  const topups = new Map<string, Topup>()
  const balances = new Map<string, number>()
  const move = (user: string, credits: number) => balances.set(user, (balances.get(user) ?? 0) + credits)

  const payments = new PaymentService({
    readTopup: async id => topups.get(id) ?? null,

    // In a real shop: one transaction that sets the top-up paid and adds the credits.
    finishTopup: async (id, { ref }) => {
      const topup = topups.get(id)
      if (topup?.status !== 'pending') throw new Refusal(409, 'already_paid', `top-up ${id} is not pending`)
      topups.set(id, { ...topup, status: 'paid', credited_for: ref ?? null })
      move(topup.user_id, topup.credits)
    },

    reverseTopup: async (id, { credits }) => {
      const user = topups.get(id)?.user_id ?? ''
      const debited = Math.min(balances.get(user) ?? 0, Number(credits))
      move(user, -debited)
      return { debited, shortfall: Number(credits) - debited }
    },

    providers: [
      dodoPaymentProvider({
        api_key: dodo.apiKey,
        product_id: dodo.productId,
        webhook_key: dodo.webhookKey,
        api_base_url: dodo.apiBaseUrl,
      }),
    ],

    // The shop knows its users by a cookie; any way will do.
    auth: request => {
      const user = /\buser=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
      return user ? { kind: 'user', userId: user, cityId: null } : { kind: 'guest' }
    },

    database_url: databaseUrl,
    base_url: url,
    home_url: '/',
  })

  const app = new Hono()
  app.route('/', payments.app)

  app.get('/', c => {
    const user = getCookie(c, 'user') ?? crypto.randomUUID()
    setCookie(c, 'user', user, { httpOnly: true, sameSite: 'Lax' })
    return c.html(page(balances.get(user) ?? 0))
  })

  app.post('/buy', async c => {
    const user = getCookie(c, 'user')
    const cents = Math.round(Number((await c.req.formData()).get('amount')) * 100)
    if (!user || !Number.isSafeInteger(cents) || cents < 50) return c.redirect('/', 303)
    const topup_id = `topup_${crypto.randomUUID()}`
    const topup = { topup_id, user_id: user, credits: cents * CREDITS_PER_CENT, usd_cents: cents }
    topups.set(topup_id, { ...topup, status: 'pending', credited_for: null })
    const answer = await payments.fetch(
      new Request(`${url}/v1/payment/checkout/create`, {
        method: 'POST',
        headers: { cookie: `user=${user}` },
        body: JSON.stringify({ method_id: 'dodo', topup_id }),
      }),
    )
    const { checkout_url, error } = (await answer.json()) as {
      checkout_url?: string
      error?: { message: string }
    }
    return checkout_url ? c.redirect(checkout_url, 303) : c.text(error?.message ?? 'no checkout', 502)
  })

  return { app, payments }
}

const page = (credits: number) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Top up</title>
<style>
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { max-width: 26rem; margin: 4rem auto; padding: 0 1rem }
  output { display: block; font-size: 2.5rem; font-variant-numeric: tabular-nums }
  form { display: flex; gap: .5rem; align-items: end; margin-top: 2rem }
  label { flex: 1 } input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem }
  button { font: inherit; padding: .5rem 1.2rem }
</style>
</head>
<body>
<h1>Your balance</h1>
<output>$${(credits / CREDITS_PER_CENT / 100).toFixed(2)}</output>
<form method="post" action="/buy">
<label>Amount in dollars <input name="amount" type="number" min="0.5" max="10000" step="0.01" value="25" required></label>
<button>Top up</button>
</form>
</body>
</html>`
