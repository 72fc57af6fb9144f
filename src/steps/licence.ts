import type { Sql } from '../db/connection.ts'
import { readMark, writeMark } from '../db/queries/marks.ts'
import type { Time } from '../time.ts'
import type { LicenceMemory } from './types.ts'

const MARK = 'lago:licence-missing'
/** A licence may be bought: after this long it is tried again. */
const REMEMBER_MS = 60 * 60 * 1000

/**
 * Remembers that Lago refused a call for want of a licence, for all replicas. Found out by answers, never by a version
 * or a setting, and forgotten after an hour.
 */
export async function licenceMemory(sql: Sql, time: Time): Promise<LicenceMemory> {
  let missingSince: number | null = (await readMark(sql, MARK))?.at.getTime() ?? null
  return {
    missing: () => missingSince !== null && time.now().getTime() - missingSince < REMEMBER_MS,
    async noteMissing() {
      const now = time.now()
      missingSince = now.getTime()
      await writeMark(sql, MARK, true, now)
    },
  }
}
