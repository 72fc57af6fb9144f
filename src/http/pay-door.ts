import { type Context, Hono } from 'hono'
import type { PayableKey } from '../core/ids.ts'
import { payView, returnView } from '../core/plan/pay-view.ts'
import type { Sql } from '../db/connection.ts'
import { type Known, loadFacts } from '../db/queries/load-facts.ts'
import { payableByToken, requestLink, requestLook } from '../db/queries/pay-link.ts'
import type { Pace, Time } from '../time.ts'
import { payPage } from './pay-page.ts'

export type PayDoor = { sql: Sql; time: Time; pace: Pick<Pace, 'sleep'>; kick(): void }

const TOKEN = /^[\w-]{22}$/
/** How long a click waits for a checkout before it is shown a page that asks again. */
const WAIT_MS = 8_000
const POLL_MS = 100
/** A page that reloads itself asks for a fresh look at most this often. */
const LOOK_PAUSE_MS = 10_000

/**
 * The pay link. It never moves money: it says that somebody waits, and the same loop that does everything else finds
 * or opens the checkout.
 */
export function payDoor({ sql, time, pace, kick }: PayDoor): Hono {
  const app = new Hono()

  app.get('/:token', async c => {
    const key = await find(c)
    if (!key) return payPage(c, { kind: 'unknown' })
    let known = await load(key)
    let view = payView(known.facts, known.state, time.now())
    if (view.kind === 'look') {
      known = await afterRun(key, async now => {
        await requestLink(sql, key, now)
        return true
      })
      view = payView(known.facts, known.state, time.now())
    }
    if (view.kind !== 'checkout') return payPage(c, view, known.facts.invoice)
    c.header('Cache-Control', 'no-store')
    c.header('Referrer-Policy', 'no-referrer')
    return c.redirect(view.url, 302)
  })

  app.get('/:token/return', async c => {
    const key = await find(c)
    if (!key) return payPage(c, { kind: 'unknown' })
    let known = await load(key)
    let view = returnView(known.facts, known.state, time.now())
    if (view.kind !== 'paid' && view.kind !== 'not_payable') {
      known = await afterRun(key, now => requestLook(sql, key, now, LOOK_PAUSE_MS))
      view = returnView(known.facts, known.state, time.now())
    }
    return payPage(c, view, known.facts.invoice)
  })

  return app

  async function find(c: Context): Promise<PayableKey | null> {
    const token = c.req.param('token') ?? ''
    return TOKEN.test(token) ? payableByToken(sql, token) : null
  }

  async function load(key: PayableKey): Promise<Known> {
    const known = (await loadFacts(sql, [key], time.now())).get(key)
    if (!known) throw new Error(`${key} has gone`)
    return known
  }

  /**
   * What is known once a run that was asked for now has ended, or when waiting has been long enough. At once, if it is
   * too soon to ask again: a page that reloads must hold neither its connection nor the database.
   */
  async function afterRun(key: PayableKey, ask: (now: Date) => Promise<boolean>): Promise<Known> {
    const asked = time.now()
    if (!(await ask(asked))) return load(key)
    kick()
    for (;;) {
      await pace.sleep(POLL_MS)
      const known = await load(key)
      if (known.updatedAt > asked || time.now().getTime() - asked.getTime() > WAIT_MS) return known
    }
  }
}
