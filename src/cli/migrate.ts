import { migrateDatabase } from '../db/migrate.ts'
import type { Command } from './command.ts'

/** `bridge migrate`: brings the database up to this version and ends, for those who do it before a rollout. */
export const migrate: Command = async (_, { databaseUrl }, output) => {
  if (databaseUrl === null) {
    output.err('DATABASE_URL is missing')
    return 1
  }
  await migrateDatabase(databaseUrl)
  output.out('the database is up to date')
  return 0
}
