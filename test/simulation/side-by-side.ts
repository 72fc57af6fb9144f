import { fileURLToPath } from 'node:url'

/** Runs the seeds in so many processes, each with a database of its own. Returns whether none failed. */
export async function runSideBySide(seeds: number, from: number, jobs: number): Promise<boolean> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const ends = Array.from({ length: jobs }, (_, n) => {
    const first = from + Math.floor((seeds * n) / jobs)
    const count = from + Math.floor((seeds * (n + 1)) / jobs) - first
    return Bun.spawn([process.execPath, main, '--from', String(first), '--seeds', String(count)], {
      stdout: 'inherit',
      stderr: 'inherit',
    }).exited
  })
  return (await Promise.all(ends)).every(code => code === 0)
}
