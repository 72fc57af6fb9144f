import { parseArgs } from 'node:util'
import { post, type Stage, setStage, until } from './stage.ts'

/** What a service may ask of Lago and Dodo while a month's end comes in. */
const BUDGET = { LAGO_REQUESTS_PER_SECOND: '1000', DODO_REQUESTS_PER_MINUTE: '12000' }
const DODO_PER_SECOND = Number(BUDGET.DODO_REQUESTS_PER_MINUTE) / 60

export type Burst = {
  invoices: number
  /** Until all were acknowledged, and until all had an open checkout, in seconds. */
  acknowledgedAfter: number
  openAfter: number
  /** Checkouts a second, as a share of what the rate allows, and the most in any minute. */
  shareOfBudget: number
  mostInAMinute: number
  checkoutsAtDodo: number
  /** Resident memory in megabytes: before, at most, with all of them open, and at most while a sweep compares them. */
  memory: { before: number; most: number; open: number; sweep: number }
  sweepSeconds: number
  statementsEach: number
  walBytesEach: number
}

/** All invoices of a month come at once; their checkouts are opened as fast as Dodo's rate allows, and no faster. */
export async function burst(stage: Stage, invoices: number, tell: (line: string) => void): Promise<Burst> {
  const { lago, dodo, meter } = stage
  const { sql } = meter
  const before = await stage.memory()
  let most = before
  await meter.reset()
  const began = performance.now()
  const passed = () => (performance.now() - began) / 1000
  const waitFor = (what: string, read: () => Promise<number>) => {
    let told = passed()
    return until(
      async () => {
        most = Math.max(most, await stage.memory())
        const n = await read()
        if (passed() - told > 20) {
          told = passed()
          tell(`${passed().toFixed(0)} s: ${n} ${what}, ${most.toFixed(0)} MB at most`)
        }
        return n >= invoices
      },
      3_600_000,
      500,
    )
  }
  const created = post(`${lago}/_sandbox/createInvoices`, { count: invoices, customers: 1000, fees: [1000] })
  await waitFor('acknowledged', () =>
    meter.count(sql`select count(*)::int as n from deliveries where type = 'invoice.created'`),
  )
  const acknowledgedAfter = passed()
  await created
  await waitFor('open', () => meter.count(sql`select count(*)::int as n from sessions`))
  const openAfter = passed()
  await until(
    async () => (await meter.count(sql`select count(*)::int as n from payables where due_at <= now()`)) === 0,
    60_000,
  )
  const { calls, walBytes } = await meter.statements()
  const [busiest] = await sql<{ n: number }[]>`
    select max(n)::int as n from (
      select count(*) over (order by created_at range between interval '1 minute' preceding and current row) as n
      from sessions) windows`
  const at = (await (await fetch(`${dodo}/_sandbox/calls`)).json()) as { byRoute: Record<string, number> }
  const opened = Object.entries(at.byRoute).find(
    ([route]) => route.startsWith('POST') && route.includes('checkouts'),
  )
  const open = await stage.memory()
  const { seconds: sweepSeconds, most: sweep } = await sweepAll(stage)
  return {
    invoices,
    acknowledgedAfter,
    openAfter,
    shareOfBudget: invoices / openAfter / DODO_PER_SECOND,
    mostInAMinute: busiest?.n ?? 0,
    checkoutsAtDodo: opened?.[1] ?? 0,
    memory: { before, most, open, sweep },
    sweepSeconds,
    statementsEach: calls / invoices,
    walBytesEach: walBytes / invoices,
  }
}

/** Lets a sweep be due, and waits for it: how long it took, and the most memory in megabytes meanwhile. */
async function sweepAll({ meter: { sql }, memory }: Stage): Promise<{ seconds: number; most: number }> {
  let most = await memory()
  const [due] = await sql<{ at: Date }[]>`
    update marks set at = at - interval '1 year' where name = 'sweep:turn' returning at`
  if (!due) throw new Error('the service never asked for its turn to sweep')
  const began = performance.now()
  await until(
    async () => {
      most = Math.max(most, await memory())
      const [turn] = await sql<{ ended: boolean }[]>`
        select at > ${due.at} and value->>'holder' is null as ended from marks where name = 'sweep:turn'`
      return turn?.ended === true
    },
    1_800_000,
    100,
  )
  return { seconds: (performance.now() - began) / 1000, most }
}

export const BURST_SETTINGS = { ...BUDGET, WORKER_CONCURRENCY: '64' }

if (import.meta.main) {
  const { values } = parseArgs({ options: { invoices: { type: 'string', default: '100000' } } })
  const stage = await setStage(BURST_SETTINGS)
  try {
    console.log(await burst(stage, Number(values.invoices), line => console.log(line)))
  } finally {
    await stage.end()
  }
}
