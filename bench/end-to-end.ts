import { each, openSessions, post, type Stage, until } from './stage.ts'

/** Milliseconds, as the database's clock saw them. */
type Spread = { p50: number; p99: number }

export type EndToEnd = {
  invoices: number
  perSecond: number
  /** From a committed `invoice.created` to its open checkout. */
  toCheckout: Spread
  /** From a committed `payment.succeeded` to the payment in Lago. */
  toRecorded: Spread
}

/** How long one invoice takes under a load that leaves room: made one after another at a steady rate, paid when open. */
export async function endToEnd(stage: Stage, { perSecond = 20, seconds = 30 } = {}): Promise<EndToEnd> {
  const { lago, dodo, meter } = stage
  const { sql } = meter
  const [since] = await sql<{ now: Date }[]>`select clock_timestamp() as now`
  if (!since) throw new Error('the database did not tell the time')
  const invoices = perSecond * seconds
  const began = performance.now()
  for (let n = 0; n < invoices; n++) {
    const due = began + (n * 1000) / perSecond - performance.now()
    if (due > 0) await Bun.sleep(due)
    await post(`${lago}/_sandbox/createInvoices`, { count: 1, fees: [1000] })
    if (n % perSecond !== 0) continue
    await payAll()
  }
  await until(async () => {
    await payAll()
    const [row] = await sql<{ n: number }[]>`
      select count(*)::int as n from payables where state = 'paid' and created_at >= ${since.now}`
    return (row?.n ?? 0) >= invoices
  }, 60_000)
  return {
    invoices,
    perSecond,
    toCheckout: await waits('invoice.created', 'open-checkout'),
    toRecorded: await waits('payment.succeeded', 'record-payment'),
  }

  async function payAll(): Promise<void> {
    await each(await openSessions(stage), 2, ({ id }) =>
      post(`${dodo}/_sandbox/sessions/${id}/pay`, {}).catch(() => {}),
    )
  }
  /** From the arrival of a webhook of that type to the end of what it led to. */
  async function waits(type: string, verb: string): Promise<Spread> {
    const [row] = await sql<Spread[]>`
      with waits as (
        select extract(epoch from i.ended_at - d.received_at) * 1000 as ms
        from intents i join deliveries d using (payable_key)
        where i.verb = ${verb} and d.type = ${type} and d.received_at >= ${since?.now ?? null})
      select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.99) within group (order by ms) as p99
      from waits`
    return row ?? { p50: 0, p99: 0 }
  }
}
