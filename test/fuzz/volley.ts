import fc, { type Arbitrary } from 'fast-check'
import type { Answer } from './answer.ts'
import type { Arena } from './arena.ts'
import { judge } from './judge.ts'
import { Lane } from './lane.ts'
import { type Shot, show } from './shot.ts'
import type { Target } from './target.ts'

export type Fired = { shot: Shot; answer: Answer; ms: number }

type Volley = {
  target: Target
  shots: Arbitrary<Shot>
  count: number
  seed: number
  lanes: readonly Lane[]
  heard(fired: Fired): void
}

/** Sends `count` requests and judges every answer. Returns the faults, each with the smallest request that shows it. */
export async function fire(arena: Arena, volley: Volley): Promise<string[]> {
  const { target, count, seed, lanes } = volley
  const shots = fc.sample(volley.shots, { numRuns: count, seed })
  const faults: string[] = []
  let next = 0
  await Promise.all(
    lanes.map(async lane => {
      while (next < shots.length && faults.length === 0) {
        const index = next++
        const shot = shots[index]
        if (!shot) return
        const { answer, ms } = await lane.send(shot)
        volley.heard({ shot, answer, ms })
        const fault = judge(target, shot, answer, arena.checkouts)
        if (fault) faults.push(`${fault}\n  ${show(shot)}\n  seed ${seed}, request ${index}`)
        if (!arena.isAlive()) faults.push(`the process has ended: ${show(shot)}`)
      }
    }),
  )
  const [first] = faults
  if (first === undefined || !arena.isAlive()) return faults
  return [first, await shrunk(arena, volley)]
}

/** Looks for a smaller request that is answered as wrongly. */
async function shrunk(arena: Arena, { target, shots, seed }: Volley): Promise<string> {
  const lane = new Lane(arena.port)
  const found = await fc.check(
    fc.asyncProperty(shots, async shot => {
      const { answer } = await lane.send(shot)
      return judge(target, shot, answer, arena.checkouts) === null
    }),
    { numRuns: 2_000, seed, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  )
  lane.close()
  const [smallest] = found.counterexample ?? []
  return smallest ? `smallest: ${show(smallest)}` : 'it did not happen again alone'
}
