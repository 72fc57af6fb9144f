import { afterEach, expect, test } from 'bun:test'
import { createFakeDodo, type FakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import { createFakeLago, type FakeLago } from '../../sandbox/lago/fake-lago.ts'
import { type Bridge, startBridge } from '../../src/bridge.ts'
import { type Config, createConfig } from '../support/config.ts'
import { freshDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { eventually, HMAC_KEY, product } from '../support/world.ts'
import { type BridgeProcess, startProcess } from './support/process.ts'
import { ADMIN, type Body, USER_SECRET, WEBHOOK_KEY } from './support/shop.ts'

const OTHER_KEY = 'whsec_dGhlLW90aGVyLWRvb3ItaGFzLWl0cy1vd24ta2V5'
const TOPUPS = 200
const USERS = 20

let ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.toReversed()) await end()
  ending = []
})

type World = {
  lago: FakeLago
  dodo: FakeDodo
  bridge: Bridge
  victim: BridgeProcess
  users: string[]
  call: Call
}
type Call = (method: string, path: string, token: string, body?: unknown) => Promise<Body>

async function start(balance: 'ledger' | 'lago'): Promise<World> {
  const dodo = createFakeDodo()
  const lago = createFakeLago({ hmacKey: HMAC_KEY, premium: false })
  const [dodoServer, lagoServer] = [dodo.serve(), lago.serve()]
  ending.push(dodoServer.stop, lagoServer.stop)
  const users = Array.from({ length: USERS }, (_, n) => `user_${n}`)
  for (const external_id of users) lago.control.createCustomer({ external_id, currency: 'USD' })
  const usual = createConfig({
    lagoUrl: lagoServer.url,
    lagoKey: lago.apiKey,
    dodoUrl: dodoServer.url,
    dodoKey: dodo.apiKey,
  })
  const config: Config & { databaseUrl: string } = {
    ...usual,
    port: 0,
    databaseUrl: await freshDatabase(),
    products: new Map([['USD', product(dodo, 'USD')]]),
    adminTokens: [ADMIN],
    dodo: { ...usual.dodo, webhookKeys: [WEBHOOK_KEY, OTHER_KEY] },
    worker: { ...usual.worker, leaseMs: 1_000 },
    topup: { ...usual.topup, balance, userTokenSecret: USER_SECRET, maxOpen: 1_000 },
  }
  const bridge = await startBridge({ config, log: silentLog })
  ending.push(bridge.stop)
  const victim = await startProcess(config)
  ending.push(victim.kill)
  const subscribe = async (url: string, key: string) => {
    const answer = await fetch(`${dodoServer.url}/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dodo.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
    })
    dodo.control.rotateWebhookSecret(((await answer.json()) as { id: string }).id, key)
  }
  // Each door with a secret of its own, and so with ids of its own for the same events.
  await subscribe(`${bridge.url}/webhooks/dodo`, WEBHOOK_KEY)
  await subscribe(`${bridge.url}/v1/payment/webhook`, OTHER_KEY)
  await subscribe(`${victim.url}/v1/payment/webhook`, WEBHOOK_KEY)
  await subscribe(`${victim.url}/webhooks/dodo`, OTHER_KEY)
  const call: Call = async (method, path, token, body) => {
    const response = await fetch(`${bridge.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return (await response.json()) as Body
  }
  return { lago, dodo, bridge, victim, users, call }
}

for (const balance of ['ledger', 'lago'] as const)
  test(`two hundred top-ups at once, each event five times over both doors, one replica killed: to the credit, on the ${balance} balance`, async () => {
    const { lago, dodo, bridge, victim, users, call } = await start(balance)
    const tokens = await Promise.all(
      users.map(async user_id => (await call('POST', '/v1/tokens', ADMIN, { user_id })).user_token),
    )
    const owed = new Map(users.map(user => [user, 0]))
    const sessions = await Promise.all(
      Array.from({ length: TOPUPS }, async (_, n) => {
        const credits = (100 + n) * 10_000
        const user = users[n % USERS] ?? ''
        const token = tokens[n % USERS] ?? ''
        owed.set(user, (owed.get(user) ?? 0) + credits)
        const { topup_id } = await call('POST', '/v1/balance/topups/create', token, { credits })
        const checkout = await call('POST', '/v1/payment/checkout/create', token, {
          method_id: 'dodo',
          topup_id,
        })
        return String(checkout['provider_session_id'])
      }),
    )
    expect(dodo.faults.count('POST', '/checkouts')).toBe(TOPUPS)

    dodo.deliveries.duplicate(5)
    dodo.deliveries.shuffle(1_500)
    const paid = Promise.all(sessions.map(session => dodo.control.pay(session)))
    const done = async () => {
      const [row] = await bridge.sql<
        { count: number }[]
      >`select count(*)::int as count from topups where status = 'paid'`
      return row?.count ?? 0
    }
    await eventually(done, count => count > TOPUPS / 4, 30_000)
    await victim.kill()
    await paid
    await eventually(done, count => count === TOPUPS, 40_000)
    await dodo.deliveries.idle()

    const told = await Promise.all(tokens.map(token => call('GET', '/v1/balance/me', token)))
    expect(told.map(me => [me['user_id'], me.credits])).toEqual([...owed])
    await eventually(
      async () =>
        (await call('GET', '/v1/payment/payments?limit=200', ADMIN)).items.map(row => row['status']),
      statuses => statuses.length === TOPUPS && statuses.every(status => status === 'paid'),
      20_000,
    )
    expect(dodo.faults.count('POST', '/refunds')).toBe(0)
    if (balance === 'ledger') await agrees(bridge)
    else
      expect([...lago.state.walletTransactions.values()].map(t => t.status)).toEqual(
        Array(TOPUPS).fill('settled'),
      )
  }, 90_000)

/** Every account equals its entries, every movement its other side, and all of it the money that came. */
async function agrees({ sql }: Bridge): Promise<void> {
  const off = await sql`
    select a.id from ledger_accounts a left join ledger_entries e on e.account_id = a.id where a.id like 'user:%'
    group by a.id, a.balance having a.balance <> coalesce(sum(e.delta), 0)`
  expect(off).toHaveLength(0)
  const [sums] = await sql`
    select (select count(*)::int from ledger_transactions) as movements,
           (select sum(delta)::int from ledger_entries) as total,
           (select sum(amount)::bigint * 10000 from payments where status = 'succeeded') as money,
           (select sum(delta)::bigint from ledger_entries where account_id like 'user:%') as credits`
  expect(sums).toMatchObject({ movements: TOPUPS, total: 0 })
  expect(String(sums?.['credits'])).toBe(String(sums?.['money']))
}
