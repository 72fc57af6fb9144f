import { CallLog, matchesPath, type PathPattern } from './call-log.ts'
import { type Random, seededRandom } from './random.ts'

export type Fault =
  /** Answered before the work: nothing happened. */
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** The work is done after `ms`. */
  | { kind: 'slow'; ms: number }
  /** Connection dropped before the work. */
  | { kind: 'reset' }
  /** The work is done, then the connection is dropped. */
  | { kind: 'lost-answer' }
  /** The work is done, another status is answered. */
  | { kind: 'status-after'; status: number; body?: unknown; headers?: Record<string, string> }
  /** The work is done, no answer ever comes: the client gives up. */
  | { kind: 'hang' }

export interface FaultRule {
  method?: string
  /** `*` in a string stands for one segment. */
  path: PathPattern
  fault: Fault
  /** How often it strikes before it is spent. Default: always. */
  times?: number
  /** Probability per matching request, 0 to 1. Default 1. */
  chance?: number
}

export interface FaultsOptions {
  random?: Random
  /** How many calls are remembered; 0 remembers none. */
  remember?: number
}

/** What goes wrong, on demand; and a record of every request. */
export class Faults {
  readonly calls: CallLog
  private readonly random: Random
  private rules: { rule: FaultRule; left: number }[] = []

  constructor({ random = seededRandom('faults'), remember = 10_000 }: FaultsOptions = {}) {
    this.random = random
    this.calls = new CallLog(remember)
    this.calls.enabled = remember > 0
  }

  /** Returns a function that takes the rule away again. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY }
    this.rules.push(entry)
    return () => {
      this.rules = this.rules.filter(other => other !== entry)
    }
  }

  clear(): void {
    this.rules = []
  }

  list(): FaultRule[] {
    return this.rules.map(({ rule }) => rule)
  }

  /** How many remembered requests matched. */
  count(method: string, path: PathPattern): number {
    return this.calls.count(method, path)
  }

  /** The fault that strikes this request, if any; uses up one of its `times`. */
  strike(method: string, path: string): Fault | undefined {
    if (this.rules.length === 0) return undefined
    for (const entry of this.rules) {
      const { rule } = entry
      if (rule.method !== undefined && rule.method !== method) continue
      if (!matchesPath(rule.path, path)) continue
      if (rule.chance !== undefined && this.random.next() >= rule.chance) continue
      entry.left -= 1
      if (entry.left <= 0) this.rules = this.rules.filter(other => other !== entry)
      return rule.fault
    }
    return undefined
  }
}
