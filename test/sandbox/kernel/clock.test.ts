import { expect, test } from 'bun:test'
import { sleep } from '../../../sandbox/kernel/clock.ts'
import { RealClock } from '../../../sandbox/kernel/real-clock.ts'
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock.ts'

const at = (clock: { now(): Date }, ms: number) => new Date(clock.now().getTime() + ms)

test('virtual time stands still until advanced, and runs jobs in the order of their times', async () => {
  const clock = new VirtualClock()
  const start = clock.now().getTime()
  const ran: [string, number][] = []
  const job = (name: string) => async () => {
    await Promise.resolve()
    ran.push([name, clock.now().getTime() - start])
  }
  clock.schedule(at(clock, 300), job('third'))
  clock.schedule(at(clock, 100), job('first'))
  clock.schedule(at(clock, 100), job('second'))
  clock.schedule(at(clock, 901), job('too late'))
  clock.schedule(at(clock, 200), job('cancelled')).cancel()
  await Bun.sleep(2)
  expect(ran).toEqual([])
  await clock.advance(900)
  expect(ran).toEqual([
    ['first', 100],
    ['second', 100],
    ['third', 300],
  ])
  expect(clock.now().getTime() - start).toBe(900)
  expect(clock.nextAt()?.getTime()).toBe(start + 901)
})

test('a job scheduled by a job runs in the same advance when its time has come', async () => {
  const clock = new VirtualClock()
  let ticks = 0
  const tick = () => {
    ticks += 1
    clock.schedule(at(clock, 10), tick)
  }
  clock.schedule(at(clock, 10), tick)
  await clock.advance(100)
  expect(ticks).toBe(10)
})

test('a job that waits for the virtual clock does not stop it', async () => {
  const clock = new VirtualClock()
  const start = clock.now().getTime()
  let woke = 0
  clock.schedule(at(clock, 10), async () => {
    await sleep(clock, 50)
    woke = clock.now().getTime() - start
  })
  await clock.advance(100)
  expect(woke).toBeGreaterThanOrEqual(60)
})

test('sleeping ends with the signal', async () => {
  const clock = new VirtualClock()
  const controller = new AbortController()
  const sleeping = sleep(clock, Number.POSITIVE_INFINITY, controller.signal).catch(error => error)
  controller.abort(new Error('enough'))
  expect((await sleeping).message).toBe('enough')
})

test('a real clock runs as fast as asked', async () => {
  const clock = new RealClock({ speed: 1000 })
  const start = performance.now()
  await new Promise<void>(resolve => clock.schedule(at(clock, 30_000), resolve))
  const took = performance.now() - start
  expect(took).toBeGreaterThanOrEqual(29)
  expect(took).toBeLessThan(1000)
  clock.close()
})

test('a real clock pushed ahead runs what became due, and goes on after a job that throws', async () => {
  const errors: unknown[] = []
  const clock = new RealClock({ onError: error => errors.push(error) })
  clock.schedule(at(clock, 3_600_000), () => {
    throw new Error('broken')
  })
  const ran = new Promise<void>(resolve => clock.schedule(at(clock, 3_600_001), resolve))
  clock.advance(4_000_000)
  await ran
  expect(errors).toHaveLength(1)
  clock.close()
})

test('a closed clock runs nothing more', async () => {
  const clock = new RealClock()
  let ran = false
  clock.schedule(at(clock, 5), () => {
    ran = true
  })
  clock.close()
  await Bun.sleep(20)
  expect(ran).toBe(false)
})
