import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { PayableKey } from '../../src/core/ids.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { loadFacts } from '../../src/db/queries/load-facts.ts'
import { freshDatabase } from '../support/database.ts'

let sql: Sql
beforeAll(async () => {
  sql = connect(await freshDatabase(), { max: 1 })
})
afterAll(() => sql.end())

test('the times of a payable come back to the millisecond: whoever waits for a run compares them', async () => {
  const key = 'invoice:00000000-0000-4000-8000-000000000001' as PayableKey
  const at = new Date('2026-03-10T09:00:00.987Z')
  await sql`
    insert into payables (key, kind, pay_token, look_requested_at, link_requested_at, retry_requested_at, missing_at, created_at, updated_at)
    values (${key}, 'invoice', 'token', ${at}, ${at}, ${at}, ${at}, ${at}, ${at})`
  const known = (await loadFacts(sql, [key], at)).get(key)
  expect(known?.updatedAt).toEqual(at)
  expect(known?.facts).toMatchObject({
    lookRequestedAt: at,
    linkRequestedAt: at,
    retryRequestedAt: at,
    missingAt: at,
  })
})
