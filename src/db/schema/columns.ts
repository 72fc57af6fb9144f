import { bigint, timestamp } from 'drizzle-orm/pg-core'

/** An amount in Lago's minor unit of the currency beside it. */
export const amount = (name: string) => bigint(name, { mode: 'bigint' })

/** A time of the database's clock. */
export const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
