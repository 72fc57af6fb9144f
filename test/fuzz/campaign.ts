import { aftermath, deliveriesIn } from './aftermath.ts'
import { openArena } from './arena.ts'
import { footprint, freeze } from './footprint.ts'
import { Lane } from './lane.ts'
import { Tally } from './tally.ts'
import { allTargets, type Target } from './target.ts'
import { fire } from './volley.ts'

export type CampaignOptions = {
  requests: number
  seed: number
  /** Connections at once. */
  lanes: number
  /** Requests of strangers between two looks at what they changed. */
  round?: number
  /** Called after every round. */
  progress?(report: Report): void
}

export type Report = {
  requests: number
  seconds: number
  seed: number
  /** By target and who asks. */
  tallies: ReadonlyMap<string, Tally>
  faults: string[]
  /** Resident memory of the program in bytes, after each round. */
  memory: number[]
}

/** Of ten requests, this many come from somebody who holds the key or the link. */
const FRIENDS_IN_TEN = 1

/**
 * Fires at every door in rounds: strangers first, after whom everything has to be as it was; then those with a key,
 * after whom the work list has to come to rest.
 */
export async function campaign({
  requests,
  seed,
  lanes,
  round: size = 4_000,
  progress,
}: CampaignOptions): Promise<Report> {
  const targets = await allTargets()
  const arena = await openArena()
  const tallies = new Map<string, Tally>()
  const report: Report = { requests: 0, seconds: 0, seed, tallies, faults: [], memory: [] }
  const open = Array.from({ length: lanes }, () => new Lane(arena.port))
  const began = performance.now()
  try {
    for (let round = 0; report.requests < requests && report.faults.length === 0; round++) {
      const wanted = Math.min(size, requests - report.requests)
      await freeze(arena)
      await strangers(wanted)
      if (report.faults.length === 0)
        await friends(Math.ceil((wanted * FRIENDS_IN_TEN) / (10 - FRIENDS_IN_TEN)))
      report.memory.push(arena.residentBytes())
      report.seconds = (performance.now() - began) / 1000
      progress?.(report)

      async function strangers(count: number): Promise<void> {
        const before = await footprint(arena)
        await volleys(round * 2, count, 'strangers')
        await Bun.sleep(50)
        const after = await footprint(arena)
        if (after !== before)
          report.faults.push(`strangers have changed something:\n${before}\nbecame\n${after}`)
      }

      async function friends(count: number): Promise<void> {
        const before = { calls: arena.calls(), deliveries: await deliveriesIn(arena) }
        await volleys(round * 2 + 1, count, 'friends')
        report.faults.push(...(await aftermath(arena, before)))
      }
    }
    // The key is asked for once, and again at most once a minute.
    if (arena.keyRequests() > 2 + report.seconds / 60)
      report.faults.push(`Lago's key was asked for ${arena.keyRequests()} times`)
    if (!arena.isAlive()) report.faults.push('the process has ended')
    if (report.faults.length > 0) {
      const words = (await arena.tail(5)).split('\n').map(line => line.slice(0, 600))
      report.faults.push(`the program's last words:\n${words.join('\n')}`)
    }
  } finally {
    for (const lane of open) lane.close()
    await arena.stop()
  }
  return report

  async function volleys(part: number, count: number, who: 'strangers' | 'friends'): Promise<void> {
    const fired = targets.flatMap(target => {
      const shots = target[who](arena.material)
      return shots ? [{ target, shots }] : []
    })
    for (const [index, { target, shots }] of fired.entries()) {
      const tally = tallyOf(target, who)
      const faults = await fire(arena, {
        target,
        shots,
        count: Math.ceil(count / fired.length),
        seed: seed + part * 100 + index,
        lanes: open,
        heard: one => {
          report.requests++
          tally.add(one)
        },
      })
      report.faults.push(...faults)
      if (faults.length > 0) return
    }
  }

  function tallyOf(target: Target, who: string): Tally {
    const name = `${target.name} (${who})`
    const tally = tallies.get(name) ?? new Tally()
    tallies.set(name, tally)
    return tally
  }
}
