import type { FakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import type { FakeLago } from '../../sandbox/lago/fake-lago.ts'
import type { Config } from '../../src/config.ts'
import type { Sql } from '../../src/db/connection.ts'
import type { Random } from './kernel/chance.ts'
import type { Timeline } from './kernel/timeline.ts'

export type ApiCall = { path: string; token: string; body: Readonly<Record<string, unknown>> }
export type ApiAnswer = { status: number; body: Readonly<Record<string, unknown>> }

/** What people and banks can see and touch, and what they have done that the books alone do not tell. */
export type Scene = {
  timeline: Timeline
  lago: FakeLago
  dodo: FakeDodo
  config: Config
  /** The database, read by nobody but the simulation itself. */
  sql: Sql
  /** Payment statuses that an operator set by hand in Lago, by invoice; the last one. */
  setByOperator: Map<string, string>
  /** Somebody opens a page of the service. */
  visit(path: string): void
  /** Where the credits of top-ups go. */
  balance: 'off' | 'ledger' | 'lago'
  /** Top-ups that an operator finished by hand, or tried to. */
  finishedByOperator: Set<string>
  /** Top-ups that an operator was told are canceled. */
  canceled: Set<string>
  /** Somebody calls the API of the service. Rejects when no replica is up, and never ends when it dies over it. */
  ask(call: ApiCall): Promise<ApiAnswer>
  /** One replica searches both sides, as each does once in a while. */
  sweep(): void
  /** Writes a line into the story. */
  say(line: string): void
}

/**
 * Somebody who does something now and then. `act` does one thing, now, and tells it in words; null if there was nothing
 * to do. It may wait for the database only: for everything else it uses `doing`.
 */
export type Actor = {
  name: string
  /** How often, compared with the others. */
  weight: number
  /** Has a part only where top-ups are sold. */
  sells?: true
  /** Has a part in every story; the first acts are by those who begin something. */
  always?: 'begins' | 'goes on'
  act(scene: Scene, random: Random): Promise<string | null> | string | null
}

/** Begins something that ends when it ends; a refusal of Lago's or Dodo's is part of the story. */
export function doing(scene: Scene, what: string, work: () => unknown): string {
  const refused = (error: unknown) => scene.say(`  … ${what}: refused, ${String(error).slice(0, 120)}`)
  try {
    Promise.resolve(work()).catch(refused)
  } catch (error) {
    refused(error)
  }
  return what
}
