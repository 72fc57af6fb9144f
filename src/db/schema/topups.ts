import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { amount, at } from './columns.ts'

/** What somebody wants to buy credits for; only it says how much is owed. Credits: 1,000,000 are one unit of currency. */
export const topups = pgTable(
  'topups',
  {
    topupId: text('topup_id').primaryKey(),
    userId: text('user_id').notNull(),
    credits: amount('credits').notNull(),
    usdCents: amount('usd_cents').notNull(),
    /** `pending`, `processing` while it is being credited, then `paid`; or `canceled`. */
    status: text().notNull().default('pending'),
    note: text().notNull().default(''),
    ref: text().notNull().default(''),
    meta: jsonb().notNull().default({}),
    /** Which balance it goes to. */
    balance: text().notNull(),
    /** The one thing it may be credited for: a payment's id, or what an operator wrote. */
    creditedFor: text('credited_for'),
    /** Whoever has Lago write its credits has it to itself until then. */
    busyUntil: at('busy_until'),
    lagoWalletTransactionId: text('lago_wallet_transaction_id').unique(),
    lagoInvoiceId: text('lago_invoice_id').unique(),
    /** When Lago was last asked to write the transaction: until it was found, it may or may not be there. */
    mintingSince: at('minting_since'),
    createdAt: at('created_at').notNull(),
    updatedAt: at('updated_at').notNull(),
  },
  t => [
    index('topups_user').on(t.userId, t.createdAt.desc(), t.topupId),
    index('topups_created').on(t.createdAt.desc(), t.topupId),
  ],
)

/** The payment by which a top-up is bought through a provider, as its buyer sees it. */
export const topupPayments = pgTable(
  'topup_payments',
  {
    paymentId: text('payment_id').primaryKey(),
    payableKey: text('payable_key').notNull().unique(),
    provider: text().notNull(),
    topupId: text('topup_id').notNull(),
    userId: text('user_id').notNull(),
    providerSessionId: text('provider_session_id').notNull().default(''),
    providerPaymentId: text('provider_payment_id').notNull().default(''),
    credits: amount('credits').notNull(),
    amountMinor: amount('amount_minor').notNull(),
    currency: text().notNull(),
    /** `pending`, `paid`, `expired`, `failed`, `canceled` or `review`. */
    status: text().notNull(),
    reason: text().notNull().default(''),
    refundStatus: text('refund_status').notNull().default(''),
    refundedMinor: amount('refunded_minor').notNull().default(sql`0`),
    checkoutUrl: text('checkout_url').notNull().default(''),
    note: text().notNull().default(''),
    productId: text('product_id').notNull().default(''),
    /** Where the pages are that the buyer comes back to. */
    resultBase: text('result_base').notNull(),
    expiresAt: at('expires_at'),
    createdAt: at('created_at').notNull(),
    updatedAt: at('updated_at').notNull(),
  },
  t => [
    uniqueIndex('topup_payments_session')
      .on(t.provider, t.providerSessionId)
      .where(sql`${t.providerSessionId} <> ''`),
    index('topup_payments_user').on(t.userId, t.updatedAt.desc(), t.paymentId),
    index('topup_payments_updated').on(t.updatedAt.desc(), t.paymentId),
    index('topup_payments_topup').on(t.topupId),
  ],
)

/** What became of a provider's event, once it was worked on. */
export const paymentEvents = pgTable('payment_events', {
  deliveryId: bigint('delivery_id', { mode: 'number' }).primaryKey(),
  /** `applied`, `ignored` or `failed`. */
  syncStatus: text('sync_status').notNull(),
  syncError: text('sync_error').notNull().default(''),
  paymentId: text('payment_id').notNull().default(''),
  updatedAt: at('updated_at').notNull(),
})

/** Credits taken back, once for each refund or lost dispute. */
export const topupDebits = pgTable(
  'topup_debits',
  {
    key: text().primaryKey(),
    topupId: text('topup_id').notNull(),
    credits: amount('credits').notNull(),
    debited: amount('debited'),
    shortfall: amount('shortfall'),
    note: text().notNull().default(''),
    startedAt: at('started_at').notNull(),
    endedAt: at('ended_at'),
  },
  t => [index('topup_debits_topup').on(t.topupId)],
)

/** The Lago wallet that was opened for a user; a row without an id is an opening under way. */
export const topupWallets = pgTable('topup_wallets', {
  userId: text('user_id').primaryKey(),
  lagoWalletId: text('lago_wallet_id'),
  openingSince: at('opening_since').notNull(),
})
