import { afterEach, expect, test } from 'bun:test'
import { connect, type Sql } from '../../src/db/connection.ts'
import { moveCredits } from '../../src/db/queries/ledger.ts'
import { ledgerBalance } from '../../src/topup/ledger-balance.ts'
import { freshDatabase } from '../support/database.ts'

let sql: Sql
afterEach(() => sql.end())

const open = async () => {
  sql = connect(await freshDatabase(), { max: 10 })
  return ledgerBalance(sql, { now: () => new Date() })
}

const move = (id: string, delta: bigint, userId = 'user_1') => ({
  id,
  kind: 'test',
  userId,
  delta,
  against: 'system:sales',
  note: '',
  ref: '',
  meta: {},
})

test('an account is opened by looking at it, and begins with nothing', async () => {
  const balance = await open()
  expect(await balance.account('user_1')).toMatchObject({ credits: 0n })
  expect(await balance.history('user_1', { limit: 10, after: null })).toEqual({ items: [], next: null })
})

test('a movement happens once, however often and by however many it is asked for', async () => {
  await open()
  const moved = await Promise.all(
    Array.from({ length: 20 }, () => moveCredits(sql, move('topup:1', 500n), false, new Date())),
  )
  expect(new Set(moved)).toEqual(new Set([500n]))
  expect(await moveCredits(sql, move('topup:1', 999n), false, new Date())).toBe(500n)
  const [account] = await sql`select balance::text from ledger_accounts where id = 'user:user_1'`
  expect(account?.['balance']).toBe('500')
})

test('movements of one account at once lose none of each other, and each shows what it left', async () => {
  const balance = await open()
  await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      moveCredits(sql, move(`topup:${n}`, BigInt(n + 1)), false, new Date()),
    ),
  )
  expect((await balance.account('user_1')).credits).toBe(1830n)
  const { items } = await balance.history('user_1', { limit: 100, after: null })
  let expected = 1830n
  for (const { delta, after } of items) {
    expect(after).toBe(expected)
    expected -= delta
  }
  expect(expected).toBe(0n)
})

test('what is taken back is never more than there is', async () => {
  await open()
  await moveCredits(sql, move('topup:1', 300n), false, new Date())
  const taken = await Promise.all(
    ['a', 'b', 'c'].map(id => moveCredits(sql, move(`refund:${id}`, -200n), true, new Date())),
  )
  expect(taken.toSorted()).toEqual([-100n, -200n, 0n])
})

test('balances far beyond 2^53 are exact', async () => {
  const balance = await open()
  const huge = 9_007_199_254_740_993n
  await moveCredits(sql, move('topup:1', huge), false, new Date())
  await moveCredits(sql, move('topup:2', 1n), false, new Date())
  expect((await balance.account('user_1')).credits).toBe(huge + 1n)
})

test('the database itself refuses a movement whose sides do not add up to nothing', async () => {
  await open()
  await moveCredits(sql, move('topup:1', 300n), false, new Date())
  const now = new Date()
  const lopsided = sql.begin(async tx => {
    await tx`insert into ledger_transactions (id, kind, created_at) values ('forged', 'test', ${now})`
    await tx`
      insert into ledger_entries (transaction_id, account_id, delta, balance_after, created_at)
      values ('forged', 'user:user_1', 100, 400, ${now})`
  })
  expect(lopsided).rejects.toThrow('do not add up to nothing')
  await lopsided.catch(() => {})
  expect(sql`delete from ledger_entries where account_id = 'system:sales'`.execute()).rejects.toThrow(
    'do not add up',
  )
})
