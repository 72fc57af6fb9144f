import type { Sql } from '../connection.ts'

/** The secret part of a new pay link, as an expression: 122 random bits, in letters that need no escape in a URL. */
export const newPayToken = (sql: Sql) =>
  sql`translate(rtrim(encode(uuid_send(gen_random_uuid()), 'base64'), '='), '+/', '-_')`
