/** A list as Postgres reads one. Source: PostgreSQL, "Array Value Input". */
export const arrayLiteral = (values: readonly unknown[]): string =>
  `{${values.map(value => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`
