import { afterAll, beforeAll, expect, test } from 'bun:test'
import { loadActors } from './actors.ts'
import { openDatabase, type SimulationDatabase } from './kernel/database.ts'
import { MUTATIONS } from './mutations.ts'
import type { Actor } from './scene.ts'
import { simulate } from './simulate.ts'

/** A taste of it; `.ci/run` runs two hundred, and `bun run simulate` as many as it is told to. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? '30')

let database: SimulationDatabase
let actors: Actor[]
beforeAll(async () => {
  database = await openDatabase()
  actors = await loadActors()
})
afterAll(() => database.close())

test('whatever goes wrong on the way, Lago, Dodo and the database agree in the end', async () => {
  const failed: string[] = []
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await simulate(seed, actors, database)
    if (violations.length > 0) failed.push(`bun run simulate --seed ${seed}: ${violations.join('; ')}`)
  }
  expect(failed).toEqual([])
}, 600_000)

test('every broken variant of the service still fits its sources', async () => {
  const lost: string[] = []
  for (const { name, changes } of MUTATIONS)
    for (const { file, find } of changes) {
      const source = await Bun.file(new URL(`../../src/${file}`, import.meta.url)).text()
      if (!source.includes(find)) lost.push(`${name}: ${file} holds no such thing any more: ${find}`)
    }
  expect(lost).toEqual([])
})

test('a seed gives the same story every time', async () => {
  const run = () => simulate(2, actors, database, { tell: true })
  const first = await run()
  expect(first.story.length).toBeGreaterThan(20)
  await simulate(6, actors, database)
  expect((await run()).story).toEqual(first.story)
}, 60_000)
