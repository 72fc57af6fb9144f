import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { PayableKey } from '../../src/core/ids.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { endIntents } from '../../src/db/queries/intents.ts'
import { wake } from '../../src/db/queries/wake.ts'
import { invoice, minutes, NOW } from '../core/plan/facts.ts'
import { freshDatabase } from '../support/database.ts'

let sql: Sql
beforeAll(async () => {
  sql = connect(await freshDatabase(), { max: 2 })
})
afterAll(() => sql.end())

test('a replica that was stopped in the middle does not bring back what Lago said before', async () => {
  const key = `invoice:${invoice().id}` as PayableKey
  await wake(sql, [key], NOW)
  const end = (paymentStatus: string, due: bigint, readAt: Date) =>
    endIntents(sql, [
      {
        ...{ payable: key, verb: 'mark-failed', key: 'pay_1', attempts: 1 },
        ...{ state: 'done', result: {}, at: NOW },
        patch: { invoice: invoice({ paymentStatus, due, readAt }) },
      },
    ])
  await end('succeeded', 0n, minutes(5))
  await end('failed', 1440n, minutes(3))
  const [row] = await sql`select snapshot->>'paymentStatus' as status, amount_due, snapshot_at from payables`
  expect({ ...row }).toEqual({ status: 'succeeded', amount_due: 0, snapshot_at: minutes(5) })
})
