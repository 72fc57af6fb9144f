import postgres from 'postgres'
import { arrayLiteral } from './array-literal.ts'

export type Sql = postgres.Sql

/** The types of lists that statements here are given, by their number in Postgres' catalogue. */
const TEXT_LIST = 1009
const BIGINT_LIST = 1016

const list = (type: number): postgres.PostgresType<readonly unknown[]> => ({
  to: type,
  from: [],
  serialize: arrayLiteral,
  parse: (text: string) => [text],
})

/** Opens the pool. `int8` stays a string-free number: every id and counter here is far below 2^53. */
export function connect(url: string, options: { max: number; applicationName?: string }): Sql {
  return postgres(url, {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 5,
    // The driver's own waits grow to 20 s: a database that is back must be noticed sooner.
    backoff: attempts => Math.min(1, 0.05 * 2 ** attempts) * (0.5 + Math.random() / 2),
    onnotice: () => {},
    // The driver asks for the types of lists at every new connection, and nobody waits for the answer: a connection that
    // is lost meanwhile would end the process.
    fetch_types: false,
    connection: { application_name: options.applicationName ?? 'lago-dodo-bridge' },
    types: {
      int8: { to: 20, from: [20], parse: Number, serialize: (value: number | bigint) => value.toString() },
      textList: list(TEXT_LIST),
      bigintList: list(BIGINT_LIST),
    },
  })
}

/** The database's own clock, which all replicas go by. */
export async function databaseNow(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`
  if (!row) throw new Error('the database did not tell the time')
  return row.now
}
