import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { amount, at } from './columns.ts'

/** The ledger's accounts: `user:…`, and `system:…` for where credits come from and go to. */
export const ledgerAccounts = pgTable('ledger_accounts', {
  id: text().primaryKey(),
  balance: amount('balance').notNull().default(sql`0`),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
})

/** One movement of credits. Its id makes it happen once: `topup:<id>`, `refund:<id>`. */
export const ledgerTransactions = pgTable('ledger_transactions', {
  id: text().primaryKey(),
  kind: text().notNull(),
  note: text().notNull().default(''),
  ref: text().notNull().default(''),
  meta: jsonb().notNull().default({}),
  createdAt: at('created_at').notNull(),
})

/** The two sides of each movement; they add up to nothing. */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    transactionId: text('transaction_id')
      .notNull()
      .references(() => ledgerTransactions.id),
    accountId: text('account_id')
      .notNull()
      .references(() => ledgerAccounts.id),
    delta: amount('delta').notNull(),
    /** Null on a system account: nobody may have to wait for its row, so it is summed up when asked. */
    balanceAfter: amount('balance_after'),
    createdAt: at('created_at').notNull(),
  },
  t => [
    uniqueIndex('ledger_entries_once').on(t.transactionId, t.accountId),
    index('ledger_entries_account').on(t.accountId, t.id.desc()),
  ],
)
