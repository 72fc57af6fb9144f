import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

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
