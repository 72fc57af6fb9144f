import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { BURST_SETTINGS, burst } from './burst.ts'
import { bareClaims } from './claims.ts'
import { drain, NO_BUDGET } from './drain.ts'
import { endToEnd } from './end-to-end.ts'
import { idleTransaction } from './idle-transaction.ts'
import { ingest } from './ingest.ts'
import { memoryPlot, type Row, ratesPlot, table } from './report.ts'
import { growthPerHour, soak } from './soak.ts'
import { type Stage, setStage } from './stage.ts'

const HELP = `bun run bench [--only ingest,drain,idle,burst,soak] [--seconds 5] [--invoices 5000] [--burst 100000]
              [--soak-minutes 60] [--quick]

Measures the service on this machine, each figure beside what the machine can do at all, and prints a table and plots for
docs/performance.md. With everything it takes about 80 minutes, of which the soak is 60; --quick is a short form of all.`

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'ingest,drain,idle,burst,soak' },
    seconds: { type: 'string' },
    invoices: { type: 'string' },
    burst: { type: 'string' },
    'soak-minutes': { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const size = (given: string | undefined, whole: number, short: number) =>
  given === undefined ? (values.quick ? short : whole) : Number(given)
const seconds = size(values.seconds, 5, 2)
const invoices = size(values.invoices, 5_000, 500)
const inBurst = size(values.burst, 100_000, 2_000)
const soakMinutes = size(values['soak-minutes'], 60, 0.5)

const MEASURES: Readonly<Record<string, () => Promise<void>>> = {
  ingest: measureIngest,
  drain: measureDrain,
  idle: measureIdle,
  burst: measureBurst,
  soak: measureSoak,
}
const wanted = values.only.split(',')
const unknown = wanted.filter(name => !Object.hasOwn(MEASURES, name))
if (unknown.length > 0) {
  console.error(`There is no measurement called ${unknown.join(', ')}.\n\n${HELP}`)
  process.exit(2)
}

const rows: Row[] = []
const plots: string[] = []
console.log(`${availableParallelism()} cores, shared by all that is measured; Bun ${Bun.version}\n`)
for (const name of wanted) {
  console.error(`measuring: ${name}`)
  await MEASURES[name]?.()
}
console.log([table(rows), ...plots].join('\n\n'))
process.exit(rows.some(({ met }) => met === false) ? 1 : 0)

async function measureIngest(): Promise<void> {
  const { stored, worked, parsed, inserts, emptyInserts, bodyBytes } = await ingest(seconds)
  const ratio = stored.perSecond / inserts.perSecond
  const { service, postgres, load } = stored.spent
  const allProcessors = (availableParallelism() * 1e6) / (service + postgres + load)
  const what = (result: { perSecond: number; p99: number }) =>
    `${round(result.perSecond)} a second, p99 ${round(result.p99)} ms`
  rows.push(
    {
      measured: `webhooks of ${bodyBytes} bytes, durably acknowledged`,
      result: what(stored),
      beside: `${inserts.by}, a row with the same body: ${what(inserts)}`,
      wanted: '1.5 times the rows',
      met: ratio >= 1.5,
      says: `${ratio.toFixed(2)} times`,
    },
    {
      measured: 'the same, with the worker busy on them',
      result: what(worked),
      beside: `${emptyInserts.by}, a row without a body: ${what(emptyInserts)}`,
    },
    { measured: 'verified and parsed only, nothing stored', result: what(parsed) },
    {
      measured: 'processor time for each webhook stored',
      result: `${round(service)} µs service, ${round(postgres)} µs Postgres`,
      beside: `${round(load)} µs the load; ${availableParallelism()} processors could do ${round(allProcessors)} a second, ${(allProcessors / inserts.perSecond).toFixed(2)} times the rows`,
    },
  )
  plots.push(
    ratesPlot('Webhooks and rows a second', {
      acknowledged: stored.perSecond,
      'with the worker busy': worked.perSecond,
      'verified only': parsed.perSecond,
      'rows, same body': inserts.perSecond,
      'rows, no body': emptyInserts.perSecond,
    }),
  )
}

async function measureDrain(): Promise<void> {
  await onStage({ ...NO_BUDGET, WORKER_CONCURRENCY: '96' }, async stage => {
    const claims = await bareClaims(stage, 10 * invoices)
    await drain(stage, Math.ceil(invoices / 5))
    const { paidPerSecond, statementsEach, walBytesEach, processorMs } = await drain(stage, invoices)
    const { bridge, postgres, sandbox } = processorMs
    rows.push(
      {
        measured: 'invoices carried from Lago to paid',
        result: `${round(paidPerSecond)} a second`,
        beside: `work list alone, claimed and finished: ${round(claims)} a second`,
        wanted: '300 a second',
        met: paidPerSecond >= 300,
      },
      {
        measured: 'processor time for each',
        result: `${bridge.toFixed(1)} ms service, ${postgres.toFixed(1)} ms Postgres`,
        beside: `${sandbox.toFixed(1)} ms the fake Lago and Dodo`,
      },
      {
        measured: 'statements for each',
        result: statementsEach.toFixed(1),
        beside: `${round(walBytesEach / 1024)} kB of WAL`,
        wanted: 'at most 25',
        met: statementsEach <= 25,
      },
    )
    const { perSecond, toCheckout, toRecorded } = await endToEnd(stage, { seconds: values.quick ? 5 : 30 })
    rows.push({
      measured: `at ${perSecond} invoices a second: from webhook to open checkout`,
      result: `p50 ${round(toCheckout.p50)} ms, p99 ${round(toCheckout.p99)} ms`,
      beside: `from payment to recorded: p50 ${round(toRecorded.p50)} ms, p99 ${round(toRecorded.p99)} ms`,
    })
  })
}

async function measureIdle(): Promise<void> {
  await onStage({ ...NO_BUDGET, WORKER_CONCURRENCY: '96' }, async stage => {
    await drain(stage, Math.ceil(invoices / 5))
    const { held, free } = await idleTransaction(stage, invoices)
    rows.push({
      measured: 'dead rows for each invoice while another session holds a transaction open',
      result: `${held.deadRowsEach.toFixed(1)}, at ${round(held.paidPerSecond)} invoices a second`,
      beside: `without it: ${free.deadRowsEach.toFixed(1)}, at ${round(free.paidPerSecond)} a second`,
    })
  })
}

async function measureBurst(): Promise<void> {
  await onStage(BURST_SETTINGS, async stage => {
    const { memory, ...came } = await burst(stage, inBurst, line => console.error(line))
    rows.push(
      {
        measured: `${came.invoices} invoices at once: all acknowledged`,
        result: `after ${round(came.acknowledgedAfter)} s`,
        beside: `all with an open checkout after ${round(came.openAfter)} s: ${round(100 * came.shareOfBudget)} % of the rate allowed`,
      },
      {
        measured: 'checkouts opened for them',
        result: String(came.checkoutsAtDodo),
        beside: `${came.mostInAMinute} in the busiest minute`,
        wanted: 'one each, at most 12 000 a minute',
        met: came.checkoutsAtDodo === came.invoices && came.mostInAMinute <= 12_000,
      },
      {
        measured: 'memory of the service',
        result: `${round(memory.most)} MB at most, ${round(memory.open)} MB with all of them open`,
        beside: `${round(memory.before)} MB before; ${round(memory.sweep)} MB at most while a sweep compares all with Lago, for ${round(came.sweepSeconds)} s`,
        wanted: 'under 250 MB',
        met: Math.max(memory.most, memory.sweep) < 250,
      },
    )
  })
}

async function measureSoak(): Promise<void> {
  await onStage(NO_BUDGET, async stage => {
    const minutes = soakMinutes
    const came = await soak(stage, { minutes, perSecond: 10, everyMs: Math.max(2_000, minutes * 1_000) })
    const growth = growthPerHour(came.samples)
    const most = Math.max(...came.samples.map(({ memory }) => memory))
    rows.push({
      measured: `${minutes} minutes at 10 invoices a second: memory`,
      result: `${round(most)} MB at most, ${growth.toFixed(1)} MB more an hour`,
      beside: `${came.paid} of ${came.invoices} paid, ${came.noted} of ${came.refunded} refunds noted`,
      wanted: 'all paid and noted',
      met: came.paid === came.invoices && came.noted === came.refunded,
    })
    plots.push(memoryPlot(came.samples))
  })
}

async function onStage(
  settings: Record<string, string>,
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const stage = await setStage(settings)
  try {
    await work(stage)
  } finally {
    await stage.end()
  }
}

function round(value: number): string {
  return value >= 10 ? Math.round(value).toString() : value.toFixed(1)
}
