import postgres from 'postgres'
import { drain } from './drain.ts'
import type { Stage } from './stage.ts'

/** Dead rows for each invoice carried to paid, and the rate: while somebody holds a transaction open, and when vacuum may work. */
export type IdleTransaction = {
  held: { deadRowsEach: number; paidPerSecond: number }
  free: { deadRowsEach: number; paidPerSecond: number }
}

export async function idleTransaction(stage: Stage, invoices: number): Promise<IdleTransaction> {
  const { sql } = stage.meter
  const dead = async () => {
    await sql`select pg_stat_force_next_flush()`
    await Bun.sleep(1_500)
    const [row] = await sql<{ n: number }[]>`select sum(n_dead_tup)::int as n from pg_stat_user_tables`
    return row?.n ?? 0
  }
  const measured = async () => {
    await sql`vacuum analyze`
    const { paidPerSecond } = await drain(stage, invoices)
    const deadRows = await dead()
    return { deadRowsEach: deadRows / invoices, paidPerSecond }
  }
  const free = await measured()
  const other = postgres(stage.databaseUrl, { max: 1 })
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const transaction = other.begin('isolation level repeatable read', async tx => {
    await tx`select count(*) from payables`
    opened.resolve()
    await ended
  })
  await opened.promise
  try {
    return { free, held: await measured() }
  } finally {
    end()
    await transaction
    await other.end()
  }
}
