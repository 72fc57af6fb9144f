import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

/** Amounts are in Lago's minor unit of the currency beside them; times are the database's. */
const amount = (name: string) => bigint(name, { mode: 'bigint' })
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Grows with every lease, so that whoever held an older one can be told apart. */
export const leaseTokens = pgSequence('lease_tokens')

/** Everything that is owed or must be looked into. The row is also its work item. */
export const payables = pgTable(
  'payables',
  {
    key: text().primaryKey(),
    kind: text().notNull(),
    payToken: text('pay_token').notNull().unique(),
    state: text().notNull().default('waiting'),
    say: text().notNull().default(''),
    /** What waits for a person; parked while it is not empty. */
    attention: jsonb().notNull().default([]),
    /** What Lago or the top-up said when it was last read. */
    snapshot: jsonb(),
    snapshotAt: at('snapshot_at'),
    missingAt: at('missing_at'),
    creditNotesReadAt: at('credit_notes_read_at'),
    invoiceNumber: text('invoice_number'),
    externalCustomerId: text('external_customer_id'),
    currency: text(),
    amountDue: amount('amount_due'),
    linkRequestedAt: at('link_requested_at'),
    retryRequestedAt: at('retry_requested_at'),
    lookRequestedAt: at('look_requested_at'),
    /** When to run next; null: not until something is heard. */
    dueAt: at('due_at'),
    /** Somebody waits at the pay link, or money came: served before the routine. */
    urgent: boolean().notNull().default(false),
    /** Grows whenever something new is heard, so that a run that ends knows whether it missed any of it. */
    kicks: bigint({ mode: 'number' }).notNull().default(0),
    leaseUntil: at('lease_until'),
    leaseToken: bigint('lease_token', { mode: 'number' }),
    attempts: integer().notNull().default(0),
    lastError: text('last_error'),
    createdAt: at('created_at').notNull(),
    updatedAt: at('updated_at').notNull(),
  },
  t => [
    index('payables_due').on(t.urgent, t.dueAt).where(sql`${t.dueAt} is not null`),
    index('payables_parked').on(t.updatedAt).where(sql`${t.attention} <> '[]'::jsonb`),
    index('payables_customer').on(t.externalCustomerId),
  ],
)

/** Every webhook that was verified, kept once, byte for byte. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** `lago` or `dodo`. */
    source: text().notNull(),
    /** The sender's id of the event: `X-Lago-Unique-Key` or `webhook-id`. */
    eventId: text('event_id').notNull(),
    /** What makes it the same delivery again. */
    dedupeKey: text('dedupe_key').notNull().unique(),
    type: text().notNull(),
    payableKey: text('payable_key'),
    headers: jsonb().notNull().default({}),
    body: text().notNull(),
    /** What the body tells, as facts. */
    digest: jsonb().notNull().default({}),
    /** `stored`, then `applied`, or `ignored` at once. */
    outcome: text().notNull(),
    receivedAt: at('received_at').notNull(),
    processedAt: at('processed_at'),
    /** How many runs have tried to make something of it. */
    attempts: integer().notNull().default(0),
  },
  t => [
    index('deliveries_of_payable').on(t.payableKey, t.id),
    // They arrive in the order of their times, and are only asked for by ranges of them.
    index('deliveries_by_time').using('brin', t.receivedAt),
  ],
)

/** Every checkout session ever opened; none is overwritten by its successor. */
export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    payableKey: text('payable_key').notNull(),
    attempt: integer().notNull(),
    cause: text().notNull(),
    amount: amount('amount').notNull(),
    currency: text().notNull(),
    productId: text('product_id').notNull(),
    url: text().notNull(),
    paymentId: text('payment_id'),
    paymentStatus: text('payment_status'),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    readAt: at('read_at').notNull(),
  },
  t => [index('sessions_payable').on(t.payableKey)],
)

/** Every Dodo payment known; each belongs to one payable. */
export const payments = pgTable(
  'payments',
  {
    id: text().primaryKey(),
    payableKey: text('payable_key').notNull(),
    sessionId: text('session_id'),
    status: text(),
    amount: amount('amount').notNull(),
    tax: amount('tax').notNull(),
    currency: text().notNull(),
    inexact: boolean().notNull().default(false),
    productIds: jsonb('product_ids').notNull().default([]),
    errorCode: text('error_code'),
    setup: boolean().notNull().default(false),
    dodoCustomerId: text('dodo_customer_id'),
    claim: text(),
    /** How much of it is recorded in Lago (or credited to a balance), and by which way. */
    recordedAmount: amount('recorded_amount').notNull().default(sql`0`),
    recordedVia: text('recorded_via'),
    createdAt: at('created_at').notNull(),
    readAt: at('read_at').notNull(),
  },
  t => [index('payments_payable').on(t.payableKey), index('payments_created').on(t.createdAt)],
)

export const refunds = pgTable(
  'refunds',
  {
    id: text().primaryKey(),
    paymentId: text('payment_id').notNull(),
    payableKey: text('payable_key').notNull(),
    status: text().notNull(),
    amount: amount('amount').notNull(),
    currency: text().notNull(),
    reason: text(),
    creditNoteId: text('credit_note_id'),
    createdAt: at('created_at').notNull(),
  },
  t => [index('refunds_payable').on(t.payableKey)],
)

/** The Lago credit notes of an invoice that ask for a refund, or answer one. */
export const creditNotes = pgTable(
  'credit_notes',
  {
    id: text().primaryKey(),
    payableKey: text('payable_key').notNull(),
    number: text().notNull(),
    refundAmount: amount('refund_amount').notNull(),
    refundStatus: text('refund_status'),
    dodoRefundId: text('dodo_refund_id'),
    createdAt: at('created_at').notNull(),
  },
  t => [index('credit_notes_payable').on(t.payableKey)],
)

export const disputes = pgTable(
  'disputes',
  {
    id: text().primaryKey(),
    paymentId: text('payment_id').notNull(),
    payableKey: text('payable_key').notNull(),
    stage: text().notNull(),
    status: text().notNull(),
    amount: amount('amount').notNull(),
    currency: text().notNull(),
    resolvedByRdr: boolean('resolved_by_rdr').notNull().default(false),
    createdAt: at('created_at').notNull(),
  },
  t => [index('disputes_payable').on(t.payableKey)],
)

/** What was about to be done outside, and what came of it. Written before the call, never after. */
export const intents = pgTable(
  'intents',
  {
    payableKey: text('payable_key').notNull(),
    verb: text().notNull(),
    key: text().notNull(),
    /** `started`, `done`, `refused` or `absent`. */
    state: text().notNull(),
    attempts: integer().notNull().default(1),
    request: jsonb().notNull(),
    result: jsonb().notNull().default({}),
    startedAt: at('started_at').notNull(),
    endedAt: at('ended_at'),
  },
  t => [primaryKey({ columns: [t.payableKey, t.verb, t.key] })],
)

/** What a person decided, who and when. Never changed, never deleted. */
export const actions = pgTable(
  'actions',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    payableKey: text('payable_key').notNull(),
    /** `resolve`, `retry` or `write_off`. */
    action: text().notNull(),
    reason: text(),
    about: text(),
    note: text().notNull().default(''),
    by: text().notNull(),
    at: at('at').notNull(),
  },
  t => [index('actions_payable').on(t.payableKey)],
)

/** Outgoing notices, each sent until the merchant's own app has answered 2xx. */
export const notices = pgTable(
  'notices',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    payableKey: text('payable_key').notNull(),
    kind: text().notNull(),
    key: text().notNull(),
    detail: jsonb().notNull(),
    createdAt: at('created_at').notNull(),
    dueAt: at('due_at'),
    attempts: integer().notNull().default(0),
    sentAt: at('sent_at'),
    lastError: text('last_error'),
  },
  t => [
    uniqueIndex('notices_once').on(t.payableKey, t.kind, t.key),
    index('notices_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
  ],
)

/** The Dodo customer that stands for a Lago customer. */
export const customers = pgTable('customers', {
  externalCustomerId: text('external_customer_id').primaryKey(),
  dodoCustomerId: text('dodo_customer_id').notNull(),
  updatedAt: at('updated_at').notNull(),
})

/** One row for each system and class of call: when its next call may leave, for all replicas together. */
export const budgets = pgTable('budgets', {
  name: text().primaryKey(),
  /** The theoretical arrival time of the generic cell rate algorithm. */
  nextAt: at('next_at').notNull(),
})

/** What a sweep has seen so far, and what was found out about the other side. */
export const marks = pgTable('marks', {
  name: text().primaryKey(),
  value: jsonb().notNull(),
  at: at('at').notNull(),
})

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
