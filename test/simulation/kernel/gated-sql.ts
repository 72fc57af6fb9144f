import type { Sql } from '../../../src/db/connection.ts'
import type { Random } from './chance.ts'
import type { Machine } from './machine.ts'

type Drawn = { there: number; back: number; fault: 'before' | 'after' | null }

/** What the driver throws when the connection breaks under a statement. */
class ConnectionClosed extends Error {
  readonly code = 'CONNECTION_CLOSED'
  constructor() {
    super('write CONNECTION_CLOSED postgres.test:5432')
  }
}

/**
 * The real database, reached from a machine that may die, wait or lose its connection at every statement. Nested
 * fragments stay the driver's own: only what is awaited is a statement.
 */
export function gatedSql(real: Sql, machine: Machine, draw: () => Drawn): Sql {
  return new Proxy(real, {
    apply(target, thisArg, args: unknown[]) {
      const query: unknown = Reflect.apply(target as never, thisArg, args)
      if (!(query instanceof Promise)) return query
      const run = query.then.bind(query)
      const gated: Promise<unknown>['then'] = (fulfilled, rejected) =>
        machine
          .perform({ label: 'statement', kind: 'statement', ...errand(run, draw()) })
          .then(fulfilled, rejected)
      return Object.defineProperty(query, 'then', { value: gated })
    },
    get(target, key, receiver) {
      if (key !== 'begin') return Reflect.get(target, key, receiver)
      // Either all of it happens or nothing, wherever its machine dies.
      return (...args: unknown[]) => {
        const run: Promise<unknown>['then'] = (fulfilled, rejected) =>
          (Reflect.apply(target.begin as never, target, args) as Promise<unknown>).then(fulfilled, rejected)
        return machine.perform({ label: 'transaction', kind: 'statement', ...errand(run, draw()) })
      }
    },
  })
}

function errand(run: Promise<unknown>['then'], { there, back, fault }: Drawn) {
  return {
    there,
    back,
    run: async () => {
      if (fault === 'before') throw new ConnectionClosed()
      const result = await new Promise((resolve, reject) => void run(resolve, reject))
      if (fault === 'after') throw new ConnectionClosed()
      return result
    },
  }
}

/** Quick as a rule, and now and then very slow. */
export function drawStatement(random: Random, faults: number): Drawn {
  const slow = random.next() < 0.01
  const fault = random.next() < faults ? (random.next() < 0.5 ? 'before' : 'after') : null
  return { there: random.int(0, 3) + (slow ? random.int(50, 4_000) : 0), back: random.int(0, 3), fault }
}
