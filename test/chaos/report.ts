import { slowest } from './canary.ts'
import type { Round } from './round.ts'

const WANTED_MS = 5_000

/** Whether every promise held. `withinMs`: how long recovering may take. */
export const held = (round: Round, withinMs = WANTED_MS): boolean =>
  (slowest(round.recovery) ?? Number.POSITIVE_INFINITY) <= withinMs &&
  round.findings.lost.length === 0 &&
  round.findings.doubled.length === 0 &&
  round.broken.length === 0

const ms = (value: number | null): string => (value === null ? 'never' : `${value.toFixed(0)} ms`)

export function line(round: Round, withinMs?: number): string {
  const { cause, seed, detail, invoices, findings, recovery } = round
  const { lost, doubled, acknowledged, refused } = findings
  const parts = [
    `${held(round, withinMs) ? 'held  ' : 'BROKE '} ${cause.padEnd(24)} seed ${String(seed).padEnd(6)}`,
    `${invoices} invoices, ${acknowledged} webhooks, ${refused} attempts refused`,
    `recovered ${ms(slowest(recovery))} (invoice ${ms(recovery.invoice)}, replicas ${recovery.replicas.map(ms).join(', ')})`,
    `slowest link ${ms(round.slowest)}`,
    `lost ${lost.length}, doubled ${doubled.length}`,
    detail,
  ]
  return parts.join(' | ')
}

export const complaints = ({ findings, broken }: Round): string[] => [
  ...broken,
  ...findings.lost.map(what => `lost: ${what}`),
  ...findings.doubled.map(what => `doubled: ${what}`),
]

/** A table by cause, as it can stand in a document. */
export function table(rounds: readonly Round[]): string {
  const rows = [...Map.groupBy(rounds, ({ cause }) => cause)].map(([cause, all]) => row(cause, all))
  const head = ['Cause', 'Rounds', 'Recovered, median', 'longest', 'Slowest link', 'Lost', 'Doubled', 'Held']
  const cells = [head, head.map(() => '---'), ...rows, row('all', rounds)]
  return cells.map(each => `| ${each.join(' | ')} |`).join('\n')
}

function row(cause: string, rounds: readonly Round[]): string[] {
  const times = rounds
    .map(({ recovery }) => slowest(recovery) ?? Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b)
  const shown = (value = Number.POSITIVE_INFINITY) => ms(Number.isFinite(value) ? value : null)
  const sum = (count: (round: Round) => number) =>
    String(rounds.reduce((all, round) => all + count(round), 0))
  return [
    cause,
    String(rounds.length),
    shown(times[Math.floor((times.length - 1) / 2)]),
    shown(times.at(-1)),
    shown(Math.max(...rounds.map(round => round.slowest))),
    sum(({ findings }) => findings.lost.length),
    sum(({ findings }) => findings.doubled.length),
    `${rounds.filter(round => held(round)).length} of ${rounds.length}`,
  ]
}
