import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect, type Sql } from '../../src/db/connection.ts'
import { insertTopup } from '../../src/db/queries/topups.ts'
import type { LagoWallet, LagoWallets } from '../../src/lago/wallets.ts'
import { mint } from '../../src/topup/lago-mint.ts'
import { take } from '../../src/topup/lago-take.ts'
import { walletFor } from '../../src/topup/lago-wallet.ts'
import { NOW } from '../core/plan/facts.ts'
import { freshDatabase } from '../support/database.ts'

let sql: Sql
beforeAll(async () => {
  sql = connect(await freshDatabase(), { max: 2 })
})
afterAll(() => sql.end())

const wallet: LagoWallet = {
  ...{ id: 'w1', active: true, currency: 'USD', code: 'dodo-topups', rate: 1, balance: 500n, createdAt: NOW },
}

/** A Lago that answers slowly: each look takes three seconds, and shows what was there before. */
function slowLago(wallets: LagoWallet[][]) {
  let ms = 14_000
  const changes: string[] = []
  const change = (what: string) => async () => {
    changes.push(what)
    return { ...wallet, walletId: 'w1', invoiceId: null, status: 'pending' }
  }
  const lago = {
    async walletsOf() {
      ms += 3_000
      return wallets.length > 1 ? wallets.shift() : wallets[0]
    },
    async *transactionsOf() {},
    transaction: async () => null,
    openWallet: change('opened'),
    mint: change('minted'),
    take: change('taken'),
  } as unknown as LagoWallets
  const time = { now: () => new Date(NOW.getTime() + ms) }
  const parts = { lago, sql, time, pace: { sleep: async () => {} }, invoices: {}, licence: {} } as never
  return { parts, changes }
}

async function aTopup(topupId: string) {
  const texts = { note: '', ref: '', meta: {}, balance: 'lago' }
  const row = await insertTopup(
    sql,
    { topupId, userId: 'u', credits: 5_000_000n, usdCents: 500n, ...texts },
    99,
    NOW,
  )
  if (!row) throw new Error('no top-up')
  return row
}

test('a wallet that another replica opened since the first look is used', async () => {
  const { parts, changes } = slowLago([[], [wallet]])
  expect((await walletFor('user_1', parts)).id).toBe('w1')
  expect(changes).toEqual([])
})

test('credits are not asked for again on a look that was begun too early to find them', async () => {
  const { parts, changes } = slowLago([[wallet]])
  const topup = { ...(await aTopup('topup_1')), mintingSince: NOW }
  expect(mint(topup, { ref: 'pay_1', note: '', meta: {} }, parts)).rejects.toMatchObject({
    failure: 'unknown',
  })
  expect(changes).toEqual([])
})

test('credits are not taken again on a look that was begun too early to find that they were', async () => {
  const { parts, changes } = slowLago([[wallet]])
  const entry = { key: 'ref_1', credits: 1_000_000n, since: NOW, isNew: false, ref: '', note: '', meta: {} }
  expect(take(await aTopup('topup_2'), entry, parts)).rejects.toMatchObject({ failure: 'unknown' })
  expect(changes).toEqual([])
})

test('credits are not asked for by one whose hold on the top-up another has let go', async () => {
  const { parts, changes } = slowLago([[wallet]])
  const topup = { ...(await aTopup('topup_3')), creditedFor: 'operator:topup_3' }
  expect(mint(topup, { ref: 'operator:topup_3', note: '', meta: {} }, parts)).rejects.toMatchObject({
    failure: 'unknown',
  })
  expect(changes).toEqual([])
})
