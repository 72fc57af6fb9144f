import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually, startWorld, type World } from '../support/world.ts'
import {
  atRest,
  checkout,
  checkoutsOf,
  effects,
  inLago,
  invoiceIn,
  payableOf,
  paymentsInLago,
  reaches,
  sessionsOf,
} from './story.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

type Answer = { status: number; location: string | null; text: string; headers: Headers }

async function open(path: string): Promise<Answer> {
  const answer = await fetch(`${world.bridge.url}/pay/${path}`, { redirect: 'manual' })
  const location = answer.headers.get('location')
  return { status: answer.status, location, text: await answer.text(), headers: answer.headers }
}

async function invoice(input?: Parameters<typeof invoiceIn>[1]) {
  const id = invoiceIn(world, { customer: crypto.randomUUID(), ...input })
  const session = await checkout(world, id)
  const row = await reaches(world, id, 'open')
  return { id, session, token: row?.pay_token ?? '' }
}

/** Lets time pass for an invoice: everything known of it is that much older. */
async function age(id: string, hours: number): Promise<void> {
  const { sql } = world.bridge
  const key = `invoice:${id}`
  const by = `${hours} hours`
  await sql`
    update sessions set created_at = created_at - ${by}::interval, expires_at = expires_at - ${by}::interval,
      read_at = read_at - ${by}::interval where payable_key = ${key}`
  await sql`
    update payables set snapshot_at = snapshot_at - ${by}::interval,
      snapshot = jsonb_set(snapshot, '{readAt}', to_jsonb(((snapshot ->> 'readAt')::timestamptz - ${by}::interval)::text))
    where key = ${key}`
}

const urlOf = (session: string) => `${world.dodo.baseUrl}/session/${session}`

describe('the link', () => {
  test('leads to the live checkout, as often as it is opened, and opens no other', async () => {
    const { id, session, token } = await invoice()
    for (let n = 0; n < 5; n++)
      expect(await open(token)).toMatchObject({ status: 302, location: urlOf(session) })
    expect(checkoutsOf(world, id)).toHaveLength(1)
  })

  test('makes the next checkout when the old one has lapsed and was not paid, and only one for many clicks', async () => {
    const { id, session, token } = await invoice()
    await age(id, 25)
    const answers = await Promise.all(Array.from({ length: 5 }, () => open(token)))
    const sessions = await sessionsOf(world, id)
    expect(sessions).toHaveLength(2)
    expect(sessions[1]?.id).not.toBe(session)
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 302, location: urlOf(sessions[1]?.id ?? '') })
    expect(world.dodo.faults.count('GET', `/checkouts/${session}`)).toBeGreaterThanOrEqual(1)
    const keys = world.dodo.faults.calls
      .find('POST', '/checkouts')
      .map(call => call.headers['idempotency-key'])
    expect(keys.filter(key => key?.includes(id))).toEqual([`lago-inv-${id}`, `lago-inv-${id}-2`])
  })

  test('makes none when the lapsed one turns out to be paid: it was read first', async () => {
    const { id, session, token } = await invoice()
    world.dodo.deliveries.drop(() => true)
    await world.dodo.control.pay(session)
    world.dodo.deliveries.drop(null)
    await age(id, 25)
    const answer = await open(token)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('Paid')
    expect(checkoutsOf(world, id)).toHaveLength(1)
    await reaches(world, id, 'paid')
    expect(paymentsInLago(world, id)).toHaveLength(1)
  })

  test('asks for the new amount when what is due has changed', async () => {
    const { id, token } = await invoice({ fees: [1_000] })
    world.lago.control.recordPaymentByOperator({ invoice_id: id, amount_cents: 400 })
    await age(id, 1)
    const answer = await open(token)
    const sessions = await sessionsOf(world, id)
    expect(sessions.map(({ amount }) => amount)).toEqual([1_000, 600])
    expect(answer).toMatchObject({ status: 302, location: urlOf(sessions[1]?.id ?? '') })
    await world.dodo.control.pay(sessions[1]?.id ?? '')
    await reaches(world, id, 'paid')
    expect(inLago(world, id)).toMatchObject({ payment_status: 'succeeded', total_due_amount_cents: 0 })
  })

  test('says that the invoice is paid, once it is', async () => {
    const { id, session, token } = await invoice()
    await world.dodo.control.pay(session)
    await reaches(world, id, 'paid')
    const answer = await open(token)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('nothing more is due')
  })

  test('says that a payment is under way, and looks again by itself', async () => {
    const { id, session, token } = await invoice()
    await world.dodo.control.pay(session, { outcome: 'processing' })
    await reaches(world, id, 'processing')
    const answer = await open(token)
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.text).toContain('in progress')
    expect(answer.headers.get('refresh')).toBeTruthy()
    expect(checkoutsOf(world, id)).toHaveLength(1)
  })

  test('of a voided invoice leads nowhere any more', async () => {
    const { id, token } = await invoice()
    world.lago.control.voidInvoice({ invoice_id: id })
    await reaches(world, id, 'closed')
    expect(await open(token)).toMatchObject({ status: 410, location: null })
  })

  test('shows a page that asks again while Dodo is away, and the checkout when it is back', async () => {
    const { id, token } = await invoice()
    await age(id, 25)
    const end = world.dodo.faults.add({ path: /^\/checkouts/, fault: { kind: 'status', status: 500 } })
    const waiting = await open(token)
    expect(waiting).toMatchObject({ status: 202, location: null })
    expect(waiting.headers.get('refresh')).toBeTruthy()
    end()
    await eventually(
      () => open(token),
      answer => answer.status === 302,
    )
  }, 30_000)

  test.each([
    ['unknown', 'A'.repeat(22)],
    ['too short', 'abc'],
    ['too long', 'A'.repeat(23)],
    ['no token at all', encodeURIComponent("' or 1=1 --aaaaaaaaaaa")],
    ['a path', '..%2f..%2fhealthz'],
  ])('that is %s is answered 404 and costs nothing', async (_, token) => {
    const before = effects(world)
    for (const path of [token, `${token}/return`]) expect((await open(path)).status).toBe(404)
    expect(effects(world)).toEqual(before)
  })

  test('is of 128 random bits for each invoice, and no two are alike', async () => {
    const ids = Array.from({ length: 20 }, () => invoiceIn(world))
    await Promise.all(ids.map(id => checkout(world, id)))
    const tokens = await Promise.all(ids.map(async id => (await payableOf(world, id))?.pay_token ?? ''))
    expect(new Set(tokens).size).toBe(20)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/)
    // A fixed version and variant of the UUID are all that repeats.
    const bits = tokens.map(token => [...Buffer.from(token, 'base64url')])
    const constant = bits[0]?.filter((byte, at) => bits.every(other => other[at] === byte)) ?? []
    expect(constant).toEqual([])
  })
})

describe('the page', () => {
  test('runs no script, is framed by nobody, and is kept by no cache', async () => {
    const { headers } = await open('A'.repeat(22))
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|script-src/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('shows a number with <script> in it as text', async () => {
    const { id, session, token } = await invoice()
    await world.dodo.control.pay(session)
    await reaches(world, id, 'paid')
    await world.bridge.sql`
      update payables set snapshot = jsonb_set(snapshot, '{number}', to_jsonb(${'<script>alert("1")</script>'}::text))
      where key = ${`invoice:${id}`}`
    const { text } = await open(token)
    expect(text).not.toContain('<script')
    expect(text).toContain('&lt;script&gt;')
  })
})

describe('coming back from the checkout', () => {
  const claims = '?status=succeeded&payment_id=pay_invented&email=a@x.test'

  test('is believed nothing of what the address says', async () => {
    const { id, token } = await invoice()
    const answer = await open(`${token}/return${claims}`)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('Not paid yet')
    expect(answer.text).not.toContain('pay_invented')
    expect(inLago(world, id).payment_status).toBe('pending')
    expect((await payableOf(world, id))?.state).toBe('open')
  })

  test('finds a payment of which no webhook has told', async () => {
    const { id, session, token } = await invoice()
    world.dodo.deliveries.drop(() => true)
    await world.dodo.control.pay(session)
    world.dodo.deliveries.drop(null)
    const answer = await open(`${token}/return?status=failed`)
    expect(answer.text).toContain('Paid')
    await reaches(world, id, 'paid')
    expect(paymentsInLago(world, id)).toHaveLength(1)
  })

  test('tells of a decline, without its reason if that would warn a thief, and offers to try again', async () => {
    const { id, session, token } = await invoice()
    await world.dodo.control.pay(session, { outcome: 'failed', errorCode: 'STOLEN_CARD' })
    await eventually(
      () => inLago(world, id).payment_status,
      status => status === 'failed',
    )
    await atRest(world)
    const answer = await open(`${token}/return${claims}`)
    expect(answer.text).toContain('Payment failed')
    expect(answer.text.toLowerCase()).not.toContain('stolen')
    expect(answer.text).toContain(`href="/pay/${token}"`)
  })

  test('looks once in ten seconds, however often the page is reloaded', async () => {
    const { session, token } = await invoice()
    await open(`${token}/return`)
    await atRest(world)
    const looks = () => world.dodo.faults.count('GET', `/checkouts/${session}`)
    const before = looks()
    const began = performance.now()
    for (let n = 0; n < 10; n++) await open(`${token}/return`)
    expect(looks()).toBe(before)
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})
