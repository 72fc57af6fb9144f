import type { Sql } from '../db/connection.ts'
import { listEntries, moveCredits, openAccount, readAccount } from '../db/queries/ledger.ts'
import type { Time } from '../time.ts'
import type { Balance } from './balance.ts'

const SALES = 'system:sales'

/** Balances in this database: every movement has two sides, and happens in one transaction with what caused it. */
export const ledgerBalance = (sql: Sql, time: Time): Balance => ({
  kind: 'ledger',

  async credit(topup, { ref, note, meta }) {
    const move = {
      id: `topup:${topup.topupId}`,
      kind: 'topup',
      userId: topup.userId,
      delta: topup.credits,
      against: SALES,
      note,
      ref,
      meta: { ...meta, topup_id: topup.topupId },
    }
    await moveCredits(sql, move, false, time.now())
  },

  async debit(topup, { key, credits, ref, note, meta }) {
    const move = {
      id: `refund:${key}`,
      kind: 'refund',
      userId: topup.userId,
      delta: -credits,
      against: SALES,
      note,
      ref,
      meta: { ...meta, topup_id: topup.topupId },
    }
    const debited = -(await moveCredits(sql, move, true, time.now()))
    return { debited, shortfall: credits - debited }
  },

  objection: async () => null,

  async account(userId) {
    await openAccount(sql, userId, time.now())
    return (await readAccount(sql, userId)) ?? { credits: 0n, createdAt: null, updatedAt: null }
  },

  history: (userId, page) => listEntries(sql, userId, page),
})
