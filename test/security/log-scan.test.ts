import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BridgeProcess, startBridgeProcess } from '../../sandbox/demo/bridge-process.ts'
import { type Pair, startPair } from '../../sandbox/pair.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { goodClaims, userToken } from '../fuzz/buy.ts'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'

/** Everything that must never be read in a log, by what it is. */
const SECRETS = {
  adminToken: 'the-token-of-the-operator-8c1f77',
  userSecret: 'the-secret-of-all-user-tokens-51ab90ce',
  notifyKey: `whsec_${Buffer.from('the notices are signed with this').toString('base64')}`,
  databasePassword: 'pa55-of-the-bridge-e9d1',
}
const PEOPLE = {
  email: 'erika.mustermann+invoices@musterfirma.example',
  otherEmail: 'max.buyer@kaeufer.example',
  card: '4242424242424242',
}

let pair: Pair
let bridge: BridgeProcess
let sql: Sql
let log = ''
let secrets: Record<string, string> = {}
let payTokens: string[] = []
let checkoutUrls: string[] = []
const directories: string[] = []

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bridge-log-scan-'))
  directories.push(directory)
  const adminUrl = await freshDatabase()
  sql = connect(adminUrl, { max: 2 })
  const role = `scan_${process.pid}`
  await sql.unsafe(`create role ${role} login superuser password '${SECRETS.databasePassword}'`)
  const databaseUrl = new URL(adminUrl)
  databaseUrl.username = role
  databaseUrl.password = SECRETS.databasePassword

  const port = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const url = `http://127.0.0.1:${port.port}`
  port.stop(true)
  pair = startPair({ bridge: url })
  const settings: Record<string, string> = {
    ...pair.settings,
    HOST: '127.0.0.1',
    PORT: String(port.port),
    DATABASE_URL: databaseUrl.href,
    LOG_LEVEL: 'trace',
    POLL_INTERVAL: '100ms',
    STEP_BACKOFF: '20ms',
    STEP_BACKOFF_MAX: '100ms',
    BALANCE: 'ledger',
    USER_TOKEN_SECRET: SECRETS.userSecret,
    USER_TOKEN_AUDIENCE: 'fuzzed-bridge',
    ADMIN_TOKEN: SECRETS.adminToken,
    NOTIFY_URL: `${pair.lagoUrl}/nobody-takes-notices`,
    NOTIFY_KEY: SECRETS.notifyKey,
  }
  secrets = { ...SECRETS, lagoKey: settings['LAGO_API_KEY'] ?? '', hmacKey: settings['LAGO_WEBHOOK_HMAC_KEY'] ?? '', dodoKey: settings['DODO_API_KEY'] ?? '', webhookKey: settings['DODO_WEBHOOK_KEY'] ?? '' } // biome-ignore format: one object
  bridge = await startBridgeProcess(url, settings, directory)
  await everythingThatCanHappen(url)
  payTokens = (await sql<{ token: string }[]>`select pay_token as token from payables`).map(row => row.token)
  checkoutUrls = (await sql<{ url: string }[]>`select url from sessions`).map(row => row.url)
  await bridge.stop()
  log = await bridge.tail(Number.MAX_SAFE_INTEGER)
}, 120_000)

afterAll(async () => {
  await pair.stop()
  await sql.end()
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
})

/** Paid, declined, refunded, refused, failed in every way, forged, topped up, and the database taken away. */
async function everythingThatCanHappen(url: string): Promise<void> {
  const { lago, dodo } = pair
  const customer = { external_id: 'cust_scan', name: 'Erika Mustermann', email: PEOPLE.email }
  const echo = (system: 'lago' | 'dodo') => ({
    error: `refused: ${secrets[`${system}Key`]} of ${PEOPLE.email} with card ${PEOPLE.card}`,
    message: `Bearer ${secrets[`${system}Key`]} ${PEOPLE.email}`,
    code: 'odd',
  })
  // Both sides answer with what they were sent, as careless servers do.
  dodo.faults.add({
    method: 'POST',
    path: '/checkouts',
    times: 1,
    fault: { kind: 'status', status: 422, body: echo('dodo') },
  })
  const other = { ...customer, external_id: 'cust_2', email: PEOPLE.otherEmail }
  const refused = lago.control.createInvoice({ customer: other, fees: [900] })
  await eventually(
    () => sql`select 1 from payables where attention <> '[]'::jsonb`,
    rows => rows.length > 0,
    20_000,
  )
  for (const status of [500, 429])
    dodo.faults.add({
      method: 'POST',
      path: '/checkouts',
      times: 1,
      fault: { kind: 'status', status, body: echo('dodo') },
    })
  for (const status of [500, 503])
    lago.faults.add({ path: /invoices/, times: 1, fault: { kind: 'status', status, body: echo('lago') } })
  const paid = lago.control.createInvoice({ customer, fees: [1500] })
  const declined = lago.control.createInvoice({ customer, fees: [700], currency: 'EUR' })
  await bothWays(url)
  await topUp(url)

  const session = await sessionOf(paid.lago_id)
  const payment = await dodo.control.pay(session, { card: PEOPLE.card, email: PEOPLE.email })
  await eventually(
    () => lago.control.getInvoice({ invoice_id: paid.lago_id }).payment_status,
    status => status === 'succeeded',
    20_000,
  )
  await dodo.control.pay(await sessionOf(declined.lago_id), {
    outcome: 'failed',
    errorCode: 'INSUFFICIENT_FUNDS',
  })
  await dodo.control.createRefund(payment.payment_id, 100)
  await dodo.control.openDispute(payment.payment_id)
  await dodo.control.createForeignPayment({ amount: 500, currency: 'USD', email: PEOPLE.otherEmail })
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${`scan_${process.pid}`}`
  lago.control.pressRetryPayment({ invoice_id: refused.lago_id })
  for (const { token } of await sql<{ token: string }[]>`select pay_token as token from payables`) {
    await fetch(`${url}/pay/${token}`, { redirect: 'manual' })
    await fetch(`${url}/pay/${token}/return?status=succeeded&email=${PEOPLE.email}`)
    await fetch(`${url}/v1/payment/redirect/success?ref=${token}`)
  }
  await Bun.sleep(1_500)
}

/** Webhooks with forged signatures, and with right ones around bodies that cannot be taken. */
async function bothWays(url: string): Promise<void> {
  const body = JSON.stringify({
    webhook_type: 7,
    customer: { email: PEOPLE.email },
    api_key: secrets['lagoKey'],
  })
  const signature = createHmac('sha256', secrets['hmacKey'] ?? '')
    .update(body)
    .digest('base64')
  secrets['signature'] = signature
  for (const [door, headers] of [
    ['lago', { 'x-lago-signature': signature }],
    ['lago', { 'x-lago-signature': secrets['hmacKey'] ?? '', cookie: `session=${secrets['adminToken']}` }],
    [
      'dodo',
      { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': secrets['webhookKey'] ?? '' },
    ],
  ] as const)
    await fetch(`${url}/webhooks/${door}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
}

async function topUp(url: string): Promise<void> {
  const token = userToken(goodClaims('user_scan'), SECRETS.userSecret)
  secrets['userToken'] = token
  const call = async (path: string, authorization: string, body: object) =>
    (await (
      await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${authorization}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).json()) as { topup_id: string; user_token: string }
  const { topup_id } = await call('/v1/balance/topups/create', token, {
    credits: 2_000_000,
    note: PEOPLE.email,
  })
  await call('/v1/payment/checkout/create', token, { topup_id, method_id: 'dodo' })
  const minted = await call('/v1/tokens', SECRETS.adminToken, { user_id: 'user_scan' })
  secrets['mintedToken'] = minted.user_token
  await call('/v1/balance/topups/finish', SECRETS.adminToken, { topup_id: 'nope', note: SECRETS.adminToken })
}

const sessionOf = async (invoiceId: string): Promise<string> => {
  const [row] = await eventually(
    () => sql<{ id: string }[]>`select id from sessions where payable_key = ${`invoice:${invoiceId}`}`,
    rows => rows.length > 0,
    20_000,
  )
  return row?.id ?? ''
}

const forms = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  JSON.stringify(secret).slice(1, -1),
]

describe('after everything has happened, at the level of every detail, the log', () => {
  test('was really written: runs, refusals, failures and lost connections are in it', () => {
    expect(log.split('\n').length).toBeGreaterThan(30)
    for (const words of [
      'step taken',
      'step failed',
      'webhook refused',
      'notice was not taken',
      '"level":"debug"',
    ])
      expect(log).toContain(words)
  })

  test('is JSON, line by line', () => {
    for (const line of log.split('\n')) expect(typeof JSON.parse(line)).toBe('object')
  })

  test('holds no key, password or token in any form', () => {
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length).toBeGreaterThan(8)
      for (const form of forms(secret)) expect({ name, at: log.indexOf(form) }).toEqual({ name, at: -1 })
    }
  })

  test("holds nobody's e-mail address and no card number", () => {
    for (const [name, value] of Object.entries(PEOPLE))
      expect({ name, at: log.indexOf(value) }).toEqual({ name, at: -1 })
  })

  test('holds no pay link and no address of a checkout: whoever reads logs could pay, and see invoices', () => {
    expect(payTokens.length).toBeGreaterThan(3)
    expect(checkoutUrls.length).toBeGreaterThan(1)
    for (const value of [...payTokens, ...checkoutUrls])
      expect({ value, at: log.indexOf(value) }).toEqual({ value, at: -1 })
  })
})
