import postgres from 'postgres'
import { arrayLiteral } from './array-literal.ts'
import { watchedSockets } from './watched-socket.ts'

export type Sql = postgres.Sql

/** A piece of a statement, to be put into another. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>

/** The types of lists that statements here are given, by their number in Postgres' catalogue. */
const TEXT_LIST = 1009
const BIGINT_LIST = 1016

const list = (type: number): postgres.PostgresType<readonly unknown[]> => ({
  to: type,
  from: [],
  serialize: arrayLiteral,
  parse: (text: string) => [text],
})

const CONNECT_MS = 3_000

/**
 * A statement here takes milliseconds. The server ends one that waits for too long; one of which nothing at all is heard
 * for a little longer has lost its connection, and whoever it was asked for is told so in time to recover.
 */
const STATEMENT_MS = 3_000
const SILENT_MS = 4_000

/** How many times longer a statement may take that goes through whole tables. */
const PATIENCE = 20

type PoolOptions = {
  max: number
  applicationName?: string
  /** How many times longer statements may take than those that find few rows by their keys. */
  patience?: number
}

/**
 * Every statement of the service finds few rows by their keys. Its plan is kept, and may have been made while the tables
 * were small: it must not read through all of them once they are large.
 */
const BY_KEYS = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' }

/** What goes through whole tables is planned each time, for the tables as large as they are by then. */
const BY_SIZE = { plan_cache_mode: 'force_custom_plan' }

/** Opens the pool for what goes through whole tables, now and then: reports, and searches for what was missed. */
export const connectPatiently = (url: string, options: Omit<PoolOptions, 'patience'>): Sql =>
  connect(url, { ...options, patience: PATIENCE })

/** Opens the pool. `int8` stays a string-free number: every id and counter here is far below 2^53. */
export function connect(url: string, options: PoolOptions): Sql {
  const { patience = 1 } = options
  const target = postgres(url).options
  const sockets = watchedSockets(target, { connectMs: CONNECT_MS, silentMs: SILENT_MS * patience })
  return postgres(url, {
    // Not among the driver's types, though among its options.
    ...({ socket: sockets } as object),
    ssl: false,
    max: options.max,
    idle_timeout: 60,
    connect_timeout: CONNECT_MS / 1000,
    // The driver's own waits grow to 20 s: a database that is back must be noticed sooner.
    backoff: attempts => Math.min(1, 0.05 * 2 ** attempts) * (0.5 + Math.random() / 2),
    onnotice: () => {},
    // The driver asks for the types of lists at every new connection, and nobody waits for the answer: a connection that
    // is lost meanwhile would end the process.
    fetch_types: false,
    connection: {
      application_name: options.applicationName ?? 'lago-dodo-bridge',
      statement_timeout: STATEMENT_MS * patience,
      // A client that went without a word must not keep what its transaction locked.
      idle_in_transaction_session_timeout: SILENT_MS * patience,
      ...(patience === 1 ? BY_KEYS : BY_SIZE),
      tcp_keepalives_idle: 30,
      tcp_keepalives_interval: 10,
    },
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
