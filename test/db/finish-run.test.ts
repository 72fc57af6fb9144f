import { afterEach, expect, test } from 'bun:test'
import type { PayableKey } from '../../src/core/ids.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { claimDue } from '../../src/db/queries/claim-due.ts'
import { finishRuns } from '../../src/db/queries/finish-run.ts'
import { loadFacts } from '../../src/db/queries/load-facts.ts'
import { takeUp } from '../../src/inbox/heard.ts'
import { freshDatabase } from '../support/database.ts'

let sql: Sql
afterEach(() => sql.end())

const KEY = 'invoice:22222222-2222-4222-8222-222222222222' as PayableKey

const deliver = (id: number) => sql`
  insert into deliveries (id, source, event_id, dedupe_key, type, payable_key, body, outcome, received_at)
  overriding system value
  values (${id}, 'lago', ${String(id)}, ${String(id)}, 'invoice.created', ${KEY}, '{}', 'stored', now())`

test('a delivery that was stored earlier but committed later than the one that was heard is not passed over', async () => {
  sql = connect(await freshDatabase(), { max: 2 })
  await sql`insert into payables (key, kind, pay_token, due_at, created_at, updated_at) values (${KEY}, 'invoice', 't', now(), now(), now())`
  await deliver(11)
  const now = new Date()
  const [claim] = await claimDue(sql, { now, leaseMs: 5000, limit: 1, urgentOnly: false })
  const known = (await loadFacts(sql, [KEY], now)).get(KEY)
  if (!claim || !known) throw new Error('nothing was claimed')
  await deliver(10)

  const { heard } = takeUp(known)
  const plan = { state: 'open', say: '', attention: [], wakeAt: null, notices: [] } as const
  const nothing = { patch: {}, notify: false, retryRequestedAt: null }
  await finishRuns(sql, [{ ...nothing, claim, plan, heard, at: now }])
  const rows = await sql`select id, outcome from deliveries order by id`
  expect(rows.map(r => [r['id'], r['outcome']])).toEqual([
    [10, 'stored'],
    [11, 'applied'],
  ])
})
