import type { SimulationDatabase } from './kernel/database.ts'
import type { Actor } from './scene.ts'
import { type Run, simulate, type Without } from './simulate.ts'

/** Enough for most stories; a smaller one is a courtesy, not a promise. */
const MOST_RUNS = 150

const CALMER: readonly Partial<Without>[] = [
  { weather: { crashes: 0 } },
  { weather: { freezes: 0 } },
  { weather: { statements: 0 } },
  { weather: { deliveries: 0 } },
  { weather: { calls: 0 } },
  { replicas: 2 },
  { replicas: 1 },
]

/** Leaves out of a failing seed whatever it fails without: kinds of faults, acts, and single faults. */
export async function shrink(
  failing: Run,
  actors: readonly Actor[],
  database: SimulationDatabase,
): Promise<Run> {
  const wanted = kindOf(failing)
  let best = failing
  let without: Without = { acts: new Set(), faults: new Set(), weather: {}, replicas: 0 }
  let runs = 0

  async function tried(more: Partial<Without>): Promise<boolean> {
    if (runs++ >= MOST_RUNS) return false
    const next = { ...without, ...more, weather: { ...without.weather, ...more.weather } }
    const run = await simulate(failing.seed, actors, database, { without: next, tell: true })
    if (!run.violations.some(violation => violation.startsWith(wanted))) return false
    best = run
    without = next
    return true
  }

  for (const calmer of CALMER) await tried(calmer)
  const acts = () => best.drawn.acts.map(act => act.n)
  await dropEach(acts, dropped => tried({ acts: new Set([...without.acts, ...dropped]) }))
  const faults = () => best.struck.filter(name => !without.faults.has(name))
  await dropEach(faults, dropped => tried({ faults: new Set([...without.faults, ...dropped]) }))
  return best
}

/** Half of what is left at a time, then a quarter, and at last each alone. */
async function dropEach<T>(items: () => T[], drop: (items: T[]) => Promise<boolean>): Promise<void> {
  for (let size = Math.ceil(items().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < items().length; )
      if (!(await drop(items().slice(from, from + size)))) from += size
}

const kindOf = ({ violations }: Run): string => (violations[0] ?? '').split(':')[0] ?? ''
