import { parseArgs } from 'node:util'
import { each, openSessions, post, type Stage, setStage, until } from './stage.ts'

/** How fast invoices are carried to paid where neither Lago nor Dodo takes time. */
export type Drained = {
  invoices: number
  openedPerSecond: number
  recordedPerSecond: number
  paidPerSecond: number
  statementsEach: number
  walBytesEach: number
  /** Processor time for each invoice, in milliseconds. */
  processorMs: { bridge: number; sandbox: number; postgres: number }
}

export async function drain(stage: Stage, invoices: number): Promise<Drained & { slowest: unknown[] }> {
  const { lago, dodo, meter } = stage
  const { sql } = meter
  await meter.reset()
  const used = await stage.processor()

  const [before] = await sql<{ sessions: number; paid: number }[]>`
    select (select count(*)::int from sessions) as sessions, (select count(*)::int from payables where state = 'paid') as paid`
  const { sessions: hadOpen, paid: hadPaid } = before ?? { sessions: 0, paid: 0 }
  const opening = performance.now()
  await post(`${lago}/_sandbox/createInvoices`, { count: invoices, customers: 100, fees: [1000] })
  await until(
    async () => (await meter.count(sql`select count(*)::int as n from sessions`)) >= hadOpen + invoices,
  )
  const opened = seconds(opening)

  const sessions = await openSessions(stage)
  const paying = performance.now()
  await each(sessions, 8, ({ id }) => post(`${dodo}/_sandbox/sessions/${id}/pay`, {}))
  const paid = () => meter.count(sql`select count(*)::int as n from payables where state = 'paid'`)
  await until(async () => (await paid()) >= hadPaid + invoices)
  const recorded = seconds(paying)

  const open = () => meter.count(sql`select count(*)::int as n from deliveries where outcome = 'stored'`)
  await until(async () => (await open()) === 0)
  const { calls, walBytes, slowest } = await meter.statements()
  const now = await stage.processor()
  const ms = (name: keyof typeof now) => ((now[name] - used[name]) * 1000) / invoices
  return {
    invoices,
    openedPerSecond: invoices / opened,
    recordedPerSecond: invoices / recorded,
    paidPerSecond: invoices / (opened + recorded),
    statementsEach: calls / invoices,
    walBytesEach: walBytes / invoices,
    processorMs: { bridge: ms('bridge'), sandbox: ms('sandbox'), postgres: ms('postgres') },
    slowest,
  }
}

const seconds = (since: number): number => (performance.now() - since) / 1000

/** The rates of Lago and Dodo are out of the way. */
export const NO_BUDGET = { LAGO_REQUESTS_PER_SECOND: '10000', DODO_REQUESTS_PER_MINUTE: '100000' }

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      invoices: { type: 'string', default: '3000' },
      concurrency: { type: 'string', default: '16' },
    },
  })
  const stage = await setStage({ ...NO_BUDGET, WORKER_CONCURRENCY: values.concurrency })
  try {
    const { slowest, ...drained } = await drain(stage, Number(values.invoices))
    console.log(drained)
    console.table(slowest)
  } finally {
    await stage.end()
  }
}
