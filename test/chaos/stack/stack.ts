import { PostgresProxy } from '../postgres-proxy.ts'
import { Wire } from '../wire.ts'
import { Balancer } from './balancer.ts'
import type { Disk } from './disk.ts'
import type { House } from './house.ts'
import type { PostgresServer } from './postgres.ts'
import { Replica } from './replica.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'
import { Witness } from './witness.ts'

/** What lasts from one round to the next. */
export type Ground = {
  house: House
  disk: Disk
  postgres: PostgresServer
  /** Settings of the replicas beside, or instead of, those of the product. */
  settings: Record<string, string>
}

/** One replica and all the ways that lead out of it. */
export type Place = {
  replica: Replica
  wires: { postgres: Wire; lago: Wire; dodo: Wire }
  /** Its calls to each side. */
  calls: [Witness, Witness]
  /** Its statements. */
  statements: PostgresProxy
}

export type Stack = Ground & {
  name: string
  sandbox: Sandbox
  balancer: Balancer
  places: Place[]
  stop(): Promise<void>
}

const REPLICAS = 2

/** Another program can take a port between its choice and its use. */
const ATTEMPTS = 3

/** Two replicas of the real program on one database, with a fake Lago and a fake Dodo: all processes of their own. */
export async function startStack(ground: Ground, name: string): Promise<Stack> {
  for (let attempt = 1; ; attempt++) {
    const stack = await build(ground, attempt === 1 ? name : `${name}_${attempt}`)
    try {
      for (const { replica } of stack.places) replica.start()
      await Promise.all(stack.places.map(({ replica }) => replica.ready()))
      return stack
    } catch (error) {
      await stack.stop()
      if (attempt === ATTEMPTS) throw error
    }
  }
}

async function build(ground: Ground, name: string): Promise<Stack> {
  const { house, postgres } = ground
  await postgres.createDatabase(name)
  const balancer = new Balancer()
  const sandbox = await startSandbox(house, balancer.url, name)
  const places: Place[] = []
  for (let n = 1; n <= REPLICAS; n++)
    places.push(await makePlace(ground, `${name}-replica-${n}`, name, sandbox))
  balancer.lead(places.map(({ replica }) => replica.url))
  return {
    ...ground,
    name,
    sandbox,
    balancer,
    places,
    async stop() {
      await Promise.all(places.map(({ replica }) => replica.stop()))
      for (const { wires, calls, statements } of places) {
        for (const wire of Object.values(wires)) wire.stop()
        statements.cut()
        await Promise.all(calls.map(call => call.stop()))
      }
      await Promise.all([sandbox.stop(), balancer.stop(), postgres.dropDatabase(name)])
    },
  }
}

async function makePlace(ground: Ground, name: string, database: string, sandbox: Sandbox): Promise<Place> {
  const { house, postgres } = ground
  const statements = await new PostgresProxy(postgres.addressFor(database, postgres.port)).start()
  const calls: [Witness, Witness] = [new Witness(sandbox.lagoPort), new Witness(sandbox.dodoPort)]
  const wires = {
    postgres: await new Wire(postgres.port).start(),
    lago: await new Wire(calls[0].port).start(),
    dodo: await new Wire(calls[1].port).start(),
  }
  // The settings are those of the product; only the limits of the real Lago and Dodo do not hold for their fakes.
  const replica = await Replica.create(house, name, {
    ...sandbox.settings,
    DATABASE_URL: postgres.addressFor(database, wires.postgres.port),
    LAGO_API_URL: `http://127.0.0.1:${wires.lago.port}`,
    DODO_API_BASE_URL: `http://127.0.0.1:${wires.dodo.port}`,
    LAGO_REQUESTS_PER_SECOND: '1000',
    DODO_REQUESTS_PER_MINUTE: '60000',
    LATE_PAYMENTS: 'refund',
    LOG_LEVEL: 'info',
    ...ground.settings,
  })
  return { replica, wires, calls, statements }
}
