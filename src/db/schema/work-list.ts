import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgSequence, pgTable, text } from 'drizzle-orm/pg-core'
import { amount, at } from './columns.ts'

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
