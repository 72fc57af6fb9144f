import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Pair, startPair } from '../../sandbox/pair.ts'
import { freePort, type Program, startProgram } from '../shipping/program.ts'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'
import { ELSEWHERE, ON_A_BRIDGE, ON_THE_SANDBOX, type Trial } from './tried.ts'

const ROOT = resolve(import.meta.dir, '../..')
const ADMIN = 'an-administrator-of-the-tests'

let pair: Pair
let bridge: Program
let number: string
let stray: string
const env: Record<string, string> = {}
const scratch = mkdtempSync(join(tmpdir(), 'documents-'))
// As root, Postgres runs as another user, who has to get in.
chmodSync(scratch, 0o755)

beforeAll(async () => {
  const port = freePort()
  const url = `http://127.0.0.1:${port}`
  pair = startPair({ bridge: url })
  const { PATH = '', HOME = '' } = process.env
  Object.assign(env, pair.settings, {
    PATH: `${join(ROOT, 'node_modules/.bin')}:${PATH}`,
    HOME,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: await freshDatabase(),
    BALANCE: 'ledger',
    ADMIN_TOKEN: ADMIN,
    USER_TOKEN_SECRET: 'a secret of the tests, of more than 32 bytes',
    LOG_LEVEL: 'warn',
  })
  bridge = await startProgram({ command: ['bun', 'run', 'start'], env, cwd: ROOT, url })
  const invoice = pair.lago.control.createInvoice({ fees: [5000] })
  number = invoice.number
  const payment = await pair.dodo.control.createForeignPayment({
    amount: 5000,
    currency: 'USD',
    metadata: { lago_invoice_id: invoice.lago_id },
  })
  stray = payment.payment_id
  await eventually(
    async () => (await run('bun src/cli/payables.ts list --parked')).text,
    text => text.includes('session_mismatch'),
    20_000,
  )
}, 60_000)

afterAll(async () => {
  await bridge.terminate()
  await pair.stop()
  rmSync(scratch, { recursive: true, force: true })
})

/** As a shell runs it, with the addresses and names of this sandbox in place of the documents'. */
async function run(command: string, more: Trial['with'] = {}): Promise<{ code: number; text: string }> {
  const here = command
    .replaceAll('https://test.dodopayments.com', pair.dodoUrl)
    .replaceAll('localhost:4001', new URL(pair.lagoUrl).host)
    .replaceAll('localhost:4002', new URL(pair.dodoUrl).host)
    .replaceAll('ACM-1-001', number)
    .replace(/\bpay_1\b/, stray)
    .replaceAll('curl ', 'curl --silent --show-error --fail-with-body ')
  const child = Bun.spawn(['bash', '-c', here], {
    env: { ...env, ...more },
    cwd: ROOT,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, text: out + err }
}

async function holds({ command, says, with: more }: Trial): Promise<void> {
  const ended = await run(command, more)
  expect(ended.text, command).toMatch(says)
  expect(ended.code, `${command}\n${ended.text}`).toBe(0)
  // What a reader copies from one answer into the next command.
  env['USER_TOKEN'] = /"user_token":"([^"]+)"/.exec(ended.text)?.[1] ?? env['USER_TOKEN'] ?? ''
  env['TOPUP_ID'] = /"topup_id":"([^"]+)"/.exec(ended.text)?.[1] ?? env['TOPUP_ID'] ?? ''
}

test('each command of the documents does what they say, one after the other', async () => {
  for (const trial of ON_A_BRIDGE) await holds(trial)
}, 120_000)

test('each command that drives the sandbox does what the documents say', async () => {
  for (const trial of ON_THE_SANDBOX) await holds(trial)
}, 30_000)

test('`bun run sandbox` and a bridge by its settings work together as they stand', async () => {
  const ports = [freePort(), freePort(), freePort()].map(String)
  const [port = '', lago = '', dodo = ''] = ports
  const own = { PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? '', NO_COLOR: '1' }
  const sandbox = Bun.spawn(['bun', 'run', 'sandbox', '--lago-port', lago, '--dodo-port', dodo], {
    env: { ...own, SANDBOX_BRIDGE: `http://127.0.0.1:${port}` },
    cwd: ROOT,
    stdin: 'ignore',
    stdout: 'pipe',
  })
  try {
    await eventually(
      () =>
        fetch(`http://127.0.0.1:${dodo}/_sandbox/state`).then(
          ({ ok }) => ok,
          () => false,
        ),
      Boolean,
      20_000,
    )
    const program = await startProgram({
      command: ['bun', `--env-file=${join(ROOT, 'sandbox/bridge.env')}`, join(ROOT, 'src/main.ts')],
      env: {
        ...own,
        PORT: port,
        HOST: '127.0.0.1',
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        LAGO_API_URL: `http://127.0.0.1:${lago}`,
        DODO_API_BASE_URL: `http://127.0.0.1:${dodo}`,
      },
      // Without DATABASE_URL a Postgres is started here.
      cwd: scratch,
      url: `http://127.0.0.1:${port}`,
    })
    expect(existsSync(join(scratch, '.data/postgres/PG_VERSION'))).toBe(true)
    expect(await program.terminate()).toBe(0)
    const watched = await startProgram({
      command: ['bun', '--env-file=sandbox/bridge.env', 'run', 'dev'],
      env: { ...own, PORT: port, HOST: '127.0.0.1', DATABASE_URL: await freshDatabase() },
      cwd: ROOT,
      url: `http://127.0.0.1:${port}`,
    })
    await watched.terminate()
  } finally {
    sandbox.kill('SIGTERM')
    await sandbox.exited
  }
}, 60_000)

test('what other tests and scripts run is there', () => {
  for (const path of Object.values(ELSEWHERE)) expect(existsSync(join(ROOT, path)), path).toBe(true)
})
