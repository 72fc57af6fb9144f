import { startAnother } from './another.ts'

/** Runs the seeds in so many processes, each with a database of its own. Returns whether none failed. */
export async function runSideBySide(seeds: number, from: number, jobs: number): Promise<boolean> {
  const ends = Array.from({ length: jobs }, (_, n) => {
    const first = from + Math.floor((seeds * n) / jobs)
    const count = from + Math.floor((seeds * (n + 1)) / jobs) - first
    return startAnother(['--from', String(first), '--seeds', String(count)], 'inherit').exited
  })
  return (await Promise.all(ends)).every(code => code === 0)
}
