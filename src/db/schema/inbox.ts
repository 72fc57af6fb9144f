import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

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
