import { jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

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
