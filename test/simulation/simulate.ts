import type { PayableKey } from '../../src/core/ids.ts'
import type { Sql } from '../../src/db/connection.ts'
import type { Act, Draw } from './draw.ts'
import { draw } from './draw.ts'
import { chance } from './kernel/chance.ts'
import type { SimulationDatabase } from './kernel/database.ts'
import { FaultList } from './kernel/fault-list.ts'
import { watchOtherThreads } from './kernel/other-threads.ts'
import { skewMachine } from './kernel/skewed-date.ts'
import { Restless, settled } from './kernel/timeline.ts'
import { checkAll } from './oracle.ts'
import type { Actor } from './scene.ts'
import { World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What is left out of a seed, to find the smallest story that still fails: acts by number, faults by name. */
export type Without = {
  acts: ReadonlySet<number>
  faults: ReadonlySet<string>
  weather: Partial<Draw['weather']>
  replicas: number
}

const NOTHING: Without = { acts: new Set(), faults: new Set(), weather: {}, replicas: 0 }

export type Run = {
  seed: number
  violations: string[]
  story: readonly string[]
  drawn: Draw
  /** The faults that struck, by name. */
  struck: readonly string[]
  /** How many things processes awaited: the same in every run of a seed. */
  awaited: number
}

/** Runs one seed from its first invoice to the quiet after everything, and asks the oracle. */
export async function simulate(
  seed: number,
  actors: readonly Actor[],
  database: SimulationDatabase,
  options: { without?: Partial<Without>; tell?: boolean } = {},
): Promise<Run> {
  const without = { ...NOTHING, ...options.without }
  await database.empty()
  const usual = draw(seed, actors)
  const drawn: Draw = {
    ...usual,
    weather: { ...usual.weather, ...without.weather },
    replicas: Math.max(1, usual.replicas - without.replicas),
    acts: usual.acts.filter(act => !without.acts.has(act.n)),
  }
  const faults = new FaultList(without.faults)
  const world = new World(seed, drawn, database.sql, { faults, tell: options.tell ?? false })
  const machine = chance(seed, 'machine clock')
  const restore = skewMachine(
    () => world.timeline.now().getTime() + (machine.next() < 0.5 ? -10 : 10) * MINUTE,
    () => machine.next(),
  )
  const unwatch = watchOtherThreads()
  try {
    world.say(`seed ${seed}: ${JSON.stringify({ ...drawn, acts: drawn.acts.length })}`)
    const wrong = await wholeStory(seed, drawn, world)
    const violations = [...world.errors, ...world.witness.wrongs, ...wrong]
    const { story, awaited } = world
    return { seed, violations, story, drawn, struck: faults.struck, awaited }
  } finally {
    world.end()
    await settled()
    unwatch()
    restore()
  }
}

/** From the first start to the last look; gives what the oracle says. */
async function wholeStory(seed: number, drawn: Draw, world: World): Promise<string[]> {
  try {
    await world.begin()
    await tellStory(seed, drawn.acts, world)
    const early = await comeToRest(world, drawn)
    return [...early, ...(await checkAll(world, 'in the end'))]
  } catch (error) {
    if (!(error instanceof Restless)) throw error
    return [`at-rest: ${error.message}`]
  }
}

async function tellStory(seed: number, acts: readonly Act[], world: World): Promise<void> {
  const start = world.timeline.now().getTime()
  for (const { at, actor, n } of acts) {
    await world.timeline.runUntil(new Date(start + at))
    const told = await actor.act(world, chance(seed, 'act', n))
    world.say(`#${n} ${told ?? `(${actor.name}: nothing to do)`}`)
    await settled()
  }
}

/**
 * The faults end; what was not delivered is, or never will be; what failed comes to its next attempt; and one sweep.
 * What waits for a licence is tried once a day.
 */
async function comeToRest(world: World, drawn: Draw): Promise<string[]> {
  const { timeline, sql } = world
  await timeline.runFor(10_000)
  world.heal()
  if (drawn.forgetful) world.forget()
  await timeline.runFor(30 * MINUTE)
  await world.lookAgain(await parkedFor(sql, 'stuck'))
  await timeline.runFor(65 * MINUTE)
  await calm(world)
  const early = world.allWasTold ? await checkAll(world, 'before the sweep') : []
  world.say('--- one sweep')
  world.sweep()
  await timeline.runFor(65 * MINUTE)
  const waiting = await parkedFor(sql, 'credit_note_needs_licence')
  if (world.lago.settings.premium && waiting.length > 0) await timeline.runFor(26 * HOUR)
  await calm(world)
  return early
}

/** Until no replica is in the middle of something and nothing is due; two minutes at most. */
async function calm(world: World): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const [due] = await world.sql`select 1 from payables where due_at <= ${world.timeline.now()} limit 1`
    if (!due && !world.busy) return
    await world.timeline.runFor(1_200)
  }
}

async function parkedFor(sql: Sql, reason: string): Promise<PayableKey[]> {
  const rows = await sql<{ key: PayableKey }[]>`
    select key from payables where attention @> ${JSON.stringify([{ reason }])}::text::jsonb order by key`
  return rows.map(row => row.key)
}
