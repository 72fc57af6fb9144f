import type { Report } from './campaign.ts'

const MEGABYTE = 1024 * 1024

/** The middle of each third of the run, in bytes: what grows shows, what jumps about does not. */
export function memoryByThirds(memory: readonly number[]): number[] {
  const size = Math.max(1, Math.floor(memory.length / 3))
  return [0, 1, 2].map(third =>
    middle(memory.slice(third * size, third === 2 ? undefined : (third + 1) * size)),
  )
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

/** The table that a person reads at the end. */
export function summary(report: Report): string {
  const rows = [...report.tallies].map(([name, tally]) => {
    const answers = [...tally.answers].sort().map(([status, count]) => `${status}: ${count}`)
    const ms = [0.5, 0.999].map(share => tally.quantile(share).toFixed(1))
    return `| ${name} | ${tally.requests} | ${answers.join(', ')} | ${ms.join(' | ')} | ${tally.longestMs.toFixed(0)} (${tally.longest}) |`
  })
  const thirds = memoryByThirds(report.memory).map(bytes => `${(bytes / MEGABYTE).toFixed(0)} MB`)
  return [
    '| door (who) | requests | answers | p50 ms | p99.9 ms | longest ms |',
    '|---|---:|---|---:|---:|---|',
    ...rows,
    '',
    `${report.requests} requests in ${report.seconds.toFixed(0)} s, seed ${report.seed}; resident memory by thirds of the run: ${thirds.join(', ')}`,
    report.faults.length === 0 ? 'no fault' : `FAULTS:\n${report.faults.join('\n')}`,
  ].join('\n')
}
