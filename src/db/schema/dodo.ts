import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { amount, at } from './columns.ts'

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
