import type { Cause } from './causes/cause.ts'
import { complaints, held, line } from './report.ts'
import { playRound, type Round } from './round.ts'
import { makeDisk } from './stack/disk.ts'
import { buildHouse } from './stack/house.ts'
import { PostgresServer } from './stack/postgres.ts'

type Campaign = {
  causes: readonly Cause[]
  rounds: number
  /** Of the first round; each has the next. */
  seed: number
  tell(text: string): void
  /** How long recovering may take. */
  withinMs?: number
  settings?: Record<string, string>
  /** Ends it after the round under way. */
  signal?: AbortSignal
}

/** Plays the rounds one after the other, each cause in its turn. Leaves nothing behind but the logs, if something broke. */
export async function runCampaign({
  causes,
  rounds,
  seed,
  tell,
  withinMs,
  settings = {},
  signal,
}: Campaign): Promise<Round[]> {
  const house = buildHouse()
  const disk = makeDisk(house.directory)
  const possible = causes.filter(cause => {
    const why = cause.whyNot?.(disk)
    if (why) tell(`${cause.name}: not possible here, ${why}`)
    return !why
  })
  const played: Round[] = []
  let broke = false
  let postgres: PostgresServer | null = null
  try {
    if (possible.length === 0) return []
    postgres = await PostgresServer.create(house, disk)
    tell(`${rounds} rounds from seed ${seed}, ${possible.length} causes`)
    for (let n = 0; n < rounds && !signal?.aborted; n++) {
      const cause = possible[n % possible.length]
      if (!cause) break
      const round = await playRound({ house, disk, postgres, settings }, cause, seed + n)
      played.push(round)
      tell(line(round, withinMs))
      if (held(round, withinMs)) continue
      broke = true
      for (const complaint of complaints(round)) tell(`       ${complaint}`)
      tell(
        `       again: bun run chaos --only '${round.cause}' --seed ${round.seed} --rounds 1; logs in ${house.logs}`,
      )
    }
    return played
  } catch (error) {
    broke = true
    tell(`logs in ${house.logs}`)
    throw error
  } finally {
    await postgres?.stop('fast')
    disk.remove()
    await house.remove({ keepLogs: broke })
  }
}
