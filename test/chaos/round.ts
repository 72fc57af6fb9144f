import { seededRandom } from '../../sandbox/kernel/random.ts'
import { audit, type Findings, openBooks } from './books.ts'
import { type Recovery, recovery } from './canary.ts'
import type { Cause } from './causes/cause.ts'
import { Load, type Story } from './load.ts'
import { holds } from './stack/house.ts'
import { type Ground, type Stack, startStack } from './stack/stack.ts'

export type Round = {
  cause: string
  seed: number
  /** What exactly happened. */
  detail: string
  invoices: number
  recovery: Recovery
  /** The longest that any invoice waited for its link, in milliseconds. */
  slowest: number
  findings: Findings
  /** Other promises that broke. */
  broken: string[]
}

const PER_SECOND = 10
const SETTLE_MS = 30_000

/** One cause under load, and what it left behind. */
export async function playRound(ground: Ground, cause: Cause, seed: number): Promise<Round> {
  // What the load draws depends on what it meets, so it draws elsewhere: the cause stays the same.
  const random = seededRandom(`${cause.name}:${seed}`)
  const stack = await startStack(ground, `chaos_${seed}`)
  const load = new Load(stack.sandbox, seededRandom(`load:${seed}`), PER_SECOND)
  const broken: string[] = []
  try {
    load.start()
    await Bun.sleep(random.int(800, 1_500))
    const detail = await cause.strike({ stack, load, random }).catch(error => {
      broken.push(String(error instanceof Error ? error.message : error))
      return 'see what broke'
    })
    const recovered = await recovery(stack)
    load.calm()
    const stories = [...load.stories.values()]
    await settle(stack, stories)
    const findings = audit(await openBooks(stack, stories), stories)
    broken.push(...stack.places.flatMap(({ replica }) => replica.deaths))
    return {
      cause: cause.name,
      seed,
      detail,
      invoices: stories.length + 1,
      recovery: recovered,
      slowest: load.slowest,
      findings,
      broken,
    }
  } finally {
    await load.stop()
    await stack.stop()
  }
}

/** Waits until nobody has anything left to do; what the senders would repeat in minutes, they repeat now. */
async function settle(stack: Stack, stories: readonly Story[]): Promise<void> {
  const quiet = async () => {
    await repeat(stack)
    const { lost } = audit(await openBooks(stack, stories), stories)
    return lost.length === 0
  }
  await holds(quiet, SETTLE_MS, 500)
  // What is done twice is done a moment later.
  await Bun.sleep(500)
}

type Sent = { deliveries: { id: string; state: string }[] }

async function repeat({ sandbox }: Stack): Promise<void> {
  for (const side of ['lago', 'dodo'] as const) {
    const { deliveries } = await sandbox[side]<Sent>('deliveries')
    for (const { id, state } of deliveries)
      if (state === 'waiting' || state === 'failed')
        await sandbox[side](`deliveries/${id}/replay`, {}).catch(() => {})
  }
}
