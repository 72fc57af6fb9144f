import { loadActors } from './actors.ts'
import { openDatabase } from './kernel/database.ts'
import { shrink } from './shrink.ts'
import { type Run, simulate } from './simulate.ts'

/** How often a long campaign tells how far it is, in seeds. */
const PROGRESS = 500

export type Campaign = {
  seeds: readonly number[]
  /** Ends at the first seed that fails. */
  first: boolean
  /** Tells the whole story of every seed, and of no other. */
  tell: boolean
  /** Prints the smallest story that still fails. */
  shrink: boolean
}

export type Result = { ran: number; failed: Run[] }

/** Runs many seeds one after another on one database, and prints what it finds. */
export async function runCampaign(campaign: Campaign, print: (text: string) => void): Promise<Result> {
  const actors = await loadActors()
  const database = await openDatabase()
  const result: Result = { ran: 0, failed: [] }
  try {
    for (const seed of campaign.seeds) {
      const run = await simulate(seed, actors, database, { tell: campaign.tell })
      result.ran++
      if (result.ran % PROGRESS === 0) print(`${result.ran} seeds, ${result.failed.length} failed so far`)
      if (campaign.tell) print(run.story.join('\n'))
      if (run.violations.length === 0) continue
      result.failed.push(run)
      print(`seed ${seed}:\n  ${run.violations.join('\n  ')}`)
      if (campaign.shrink) {
        const { story, violations } = await shrink(run, actors, database)
        print(`  smallest story:\n    ${[...story, ...violations].join('\n    ')}`)
      }
      if (campaign.first) break
    }
  } finally {
    await database.close()
  }
  return result
}
