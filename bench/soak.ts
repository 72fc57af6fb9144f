import { parseArgs } from 'node:util'
import { NO_BUDGET } from './drain.ts'
import { each, openSessions, post, type Stage, setStage, until } from './stage.ts'

/** One look at a service that works on and on. Memory in megabytes. */
type Sample = { minute: number; invoices: number; memory: number; deadRows: number; connections: number }

export type Soaked = { invoices: number; paid: number; refunded: number; noted: number; samples: Sample[] }

type SoakOptions = { minutes: number; perSecond: number; everyMs: number; tell?(sample: Sample): void }

/** Invoices are made, paid and now and then given back at a steady rate; it is looked at from time to time. */
export async function soak(
  stage: Stage,
  { minutes, perSecond, everyMs, tell }: SoakOptions,
): Promise<Soaked> {
  const { lago, dodo, meter } = stage
  const { sql } = meter
  const began = performance.now()
  const samples: Sample[] = []
  let invoices = 0
  let refunded = 0
  let sampledAt = Number.NEGATIVE_INFINITY

  const pay = async (everybody: boolean) => {
    const open = await openSessions(stage, everybody ? 1_000 : 2 * perSecond)
    // Whoever has paid in this moment is not known here yet.
    await each(open, 4, ({ id }) => post(`${dodo}/_sandbox/sessions/${id}/pay`, {}).catch(() => {}))
    return open.length
  }
  const giveBack = async () => {
    const [payment] = await sql<{ id: string; amount: number }[]>`
      select id, amount::int from payments p where recorded_amount > 0
        and not exists (select 1 from refunds r where r.payment_id = p.id) order by created_at desc limit 1`
    if (!payment) return
    await post(`${dodo}/_sandbox/payments/${payment.id}/refund`, { amount: Math.ceil(payment.amount / 2) })
    refunded++
  }
  for (let second = 0; performance.now() - began < minutes * 60_000; second++) {
    const due = began + second * 1000 - performance.now()
    if (due > 0) await Bun.sleep(due)
    await post(`${lago}/_sandbox/createInvoices`, { count: perSecond, customers: 100, fees: [1000] })
    invoices += perSecond
    await pay(false)
    if (second % 2 === 1) await giveBack()
    if (performance.now() - sampledAt < everyMs) continue
    sampledAt = performance.now()
    const sample = { minute: (sampledAt - began) / 60_000, invoices, ...(await look(stage)) }
    samples.push(sample)
    tell?.(sample)
  }
  const paid = () => meter.count(sql`select count(*)::int as n from payables where state = 'paid'`)
  const noted = () =>
    meter.count(
      sql`select count(*)::int as n from intents where verb = 'issue-credit-note' and state = 'done'`,
    )
  await until(
    async () => {
      await pay(true)
      return (await paid()) >= invoices && (await noted()) >= refunded
    },
    120_000,
    500,
  ).catch(() => {})
  samples.push({ minute: (performance.now() - began) / 60_000, invoices, ...(await look(stage)) })
  return { invoices, paid: await paid(), refunded, noted: await noted(), samples }
}

async function look({ meter, memory }: Stage) {
  const [row] = await meter.sql<{ dead: number; connections: number }[]>`
    select (select sum(n_dead_tup)::int from pg_stat_user_tables) as dead,
      (select count(*)::int from pg_stat_activity where application_name = 'lago-dodo-bridge') as connections`
  return { memory: await memory(), deadRows: row?.dead ?? 0, connections: row?.connections ?? 0 }
}

/** How much it grows in an hour, in megabytes, by least squares over all but the first fifth. */
export function growthPerHour(samples: readonly Sample[]): number {
  const settled = samples.slice(Math.floor(samples.length / 5))
  const mean = (pick: (sample: Sample) => number) =>
    settled.reduce((sum, sample) => sum + pick(sample), 0) / settled.length
  const [x, y] = [mean(s => s.minute), mean(s => s.memory)]
  const along = settled.reduce((sum, s) => sum + (s.minute - x) * (s.memory - y), 0)
  const across = settled.reduce((sum, s) => sum + (s.minute - x) ** 2, 0)
  return across === 0 ? 0 : (along / across) * 60
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      rate: { type: 'string', default: '10' },
    },
  })
  const stage = await setStage(NO_BUDGET)
  try {
    const { samples, ...sums } = await soak(stage, {
      minutes: Number(values.minutes),
      perSecond: Number(values.rate),
      everyMs: Math.max(5_000, Number(values.minutes) * 1_000),
      tell: sample => console.log(JSON.stringify(sample)),
    })
    const most = Math.max(...samples.map(({ memory }) => memory))
    console.log({ ...sums, mostMemoryMb: most, growthMbPerHour: growthPerHour(samples) })
  } finally {
    await stage.end()
  }
}
