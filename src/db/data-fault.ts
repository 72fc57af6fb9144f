import postgres from 'postgres'

/** Data exception, integrity constraint violation, program limit exceeded. Source: PostgreSQL, Appendix A, error codes. */
const CLASSES = new Set(['22', '23', '54'])

/** Whether Postgres refused the values themselves: the same statement would fail again, and others would not. */
export const isDataFault = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && CLASSES.has(error.code.slice(0, 2))

/** Whether Postgres undid the statement because it and another one waited for each other. */
export const isDeadlock = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === '40P01'
