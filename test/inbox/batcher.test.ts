import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { Batcher } from '../../src/inbox/batcher.ts'

const fault = (code: string) => Object.assign(new postgres.PostgresError('x'), { code })

/** Writes numbers, and keeps what went together. */
function written(
  write: (batch: readonly number[]) => void = () => {},
  { writers = 1, most = 100 }: { writers?: number; most?: number } = {},
) {
  const batches: number[][] = []
  const batcher = new Batcher<number, number>({
    writers,
    async write(items) {
      await Bun.sleep(1)
      write(items)
      batches.push([...items])
      return items.map(item => item * 10)
    },
    fits: batch => batch.length < most,
  })
  return { batches, batcher }
}

test('each is told what came of its own, whatever it was written with', async () => {
  const { batcher } = written()
  expect(await Promise.all([1, 2, 3].map(n => batcher.add(n)))).toEqual([10, 20, 30])
})

test('what comes while a write is under way goes together in the next', async () => {
  const { batches, batcher } = written()
  const first = batcher.add(1)
  await Bun.sleep(0)
  await Promise.all([first, batcher.add(2), batcher.add(3)])
  expect(batches.flat()).toEqual([1, 2, 3])
  expect(batches.length).toBeLessThan(3)
})

test('a batch takes no more than fits, and forgets nothing', async () => {
  const { batches, batcher } = written(() => {}, { most: 2 })
  await Promise.all([1, 2, 3, 4, 5].map(n => batcher.add(n)))
  expect(batches).toEqual([[1, 2], [3, 4], [5]])
  expect(batcher.depth).toBe(0)
})

test('one that cannot be kept takes down none of the others', async () => {
  const { batcher } = written(batch => {
    if (batch.includes(2)) throw fault('22P05')
  })
  const ends = await Promise.allSettled([1, 2, 3].map(n => batcher.add(n)))
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('a write that was undone because two waited for each other is done again', async () => {
  let times = 0
  const { batcher } = written(() => {
    if (++times === 1) throw fault('40P01')
  })
  expect(await Promise.all([1, 2].map(n => batcher.add(n)))).toEqual([10, 20])
})

test('when the database is away all are told so, and the next are tried again', async () => {
  let away = true
  const { batcher } = written(() => {
    if (away) throw new Error('away')
  })
  const ends = await Promise.allSettled([1, 2].map(n => batcher.add(n)))
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
  away = false
  expect(await batcher.add(3)).toBe(30)
})
