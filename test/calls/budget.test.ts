import { afterAll, beforeAll, expect, test } from 'bun:test'
import { SharedBudget, within } from '../../src/calls/budget.ts'
import { connect, databaseNow, type Sql } from '../../src/db/connection.ts'
import { DatabaseTime } from '../../src/time.ts'
import { freshDatabase } from '../support/database.ts'

let sql: Sql
let time: DatabaseTime
beforeAll(async () => {
  sql = connect(await freshDatabase(), { max: 6 })
  time = new DatabaseTime(await databaseNow(sql))
})
afterAll(() => sql.end())

let names = 0
/** Budgets of one name in as many processes. */
function replicas(count: number, rate: { perSecond: number; burst: number }): SharedBudget[] {
  const name = `test-${++names}`
  return Array.from({ length: count }, () => new SharedBudget(sql, time, { name, ...rate }))
}

/** When each of the calls left, in milliseconds from the first, in order. */
async function leave(takes: (() => Promise<void>)[]): Promise<number[]> {
  const began = performance.now()
  const left: number[] = []
  await Promise.all(takes.map(take => take().then(() => left.push(performance.now() - began))))
  return left
}

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

/** The most calls in any stretch of `ms`. */
const densest = (left: readonly number[], ms: number): number =>
  Math.max(...left.map(from => left.filter(at => at >= from && at < from + ms).length))

test('the rate with all that may come at once stays under the limit', () => {
  for (const [limit, seconds] of [
    [240, 60],
    [50, 1],
    [1000, 60],
    [1, 1],
    [3, 60],
  ] as const) {
    const { perSecond, burst } = within(limit, seconds)
    expect(perSecond).toBeGreaterThan(0)
    if (limit >= 10) expect(perSecond * seconds + 2 * burst).toBeLessThanOrEqual(limit)
    if (limit >= 50) expect(perSecond * seconds).toBeGreaterThan(0.9 * limit)
  }
})

test('what is allowed at once leaves at once, the rest at the rate', async () => {
  const [budget] = replicas(1, { perSecond: 100, burst: 5 })
  const left = await leave(times(45, () => () => budget?.routine.take() ?? Promise.reject()))
  expect(left.filter(at => at < 60).length).toBeGreaterThanOrEqual(5)
  expect(left.at(-1)).toBeGreaterThan(350)
  expect(densest(left, 100)).toBeLessThanOrEqual(10 + 5 + 3)
})

test('the calls of several processes together stay under the rate', async () => {
  const all = replicas(4, { perSecond: 100, burst: 5 })
  const left = await leave(all.flatMap(budget => times(25, () => () => budget.routine.take())))
  expect(left).toHaveLength(100)
  expect(left.at(-1)).toBeGreaterThan(900)
  expect(densest(left, 200)).toBeLessThanOrEqual(20 + 5 + 5)
})

test('an express call goes before everything routine, however long that queue is', async () => {
  const [budget, other] = replicas(2, { perSecond: 20, burst: 2 })
  const routine = leave(times(30, () => () => budget?.routine.take() ?? Promise.reject()))
  await Bun.sleep(150)
  const [own] = await leave([() => budget?.express.take() ?? Promise.reject()])
  const [others] = await leave([() => other?.express.take() ?? Promise.reject()])
  expect(own).toBeLessThan(200)
  expect(others).toBeLessThan(250)
  expect((await routine).at(-1)).toBeGreaterThan(1_300)
})

test('many express calls at once are held to the rate too', async () => {
  const [budget] = replicas(1, { perSecond: 100, burst: 5 })
  const left = await leave(times(50, () => () => budget?.express.take() ?? Promise.reject()))
  expect(left.at(-1)).toBeGreaterThan(350)
  expect(densest(left, 100)).toBeLessThanOrEqual(10 + 10 + 3)
})

test('a pause that one process was asked for holds all of them, express calls too', async () => {
  const [one, two] = replicas(2, { perSecond: 1_000, burst: 10 })
  await one?.routine.pause(400)
  const left = await leave([
    () => one?.routine.take() ?? Promise.reject(),
    () => two?.routine.take() ?? Promise.reject(),
    () => two?.express.take() ?? Promise.reject(),
  ])
  for (const at of left) expect(at).toBeGreaterThan(350)
  expect(left.at(-1)).toBeLessThan(1_000)
})

test('a shorter pause does not end a longer one', async () => {
  const [budget] = replicas(1, { perSecond: 1_000, burst: 10 })
  await budget?.routine.pause(400)
  await budget?.routine.pause(10)
  const [at] = await leave([() => budget?.routine.take() ?? Promise.reject()])
  expect(at).toBeGreaterThan(350)
})

test('a database that is away fails the calls that wait, and the next ones pass when it is back', async () => {
  const away = connect('postgres://nobody:x@127.0.0.1:1/none', { max: 1 })
  const budget = new SharedBudget(away, time, { name: 'away', perSecond: 10, burst: 1 })
  const outcomes = await Promise.allSettled([budget.routine.take(), budget.express.take()])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(budget.routine.take()).rejects.toThrow()
  await away.end({ timeout: 1 })
})
