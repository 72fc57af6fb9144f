import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a campaign lives: a directory, and the processes that were started in it. */
export type House = {
  directory: string
  /** Kept when something broke. */
  logs: string
  /** Ends with the house, however that ends. */
  owns(pid: number): void
  remove(options: { keepLogs: boolean }): Promise<void>
}

/**
 * Nothing outlives a campaign, not even one that is killed: a process that belongs to nobody waits for its end, ends
 * what it started, takes its disk away and removes its directory.
 */
export function buildHouse(): House {
  const directory = mkdtempSync(join(tmpdir(), `bridge-chaos-${process.pid}-`))
  const logs = mkdtempSync(join(tmpdir(), `bridge-chaos-${process.pid}-logs-`))
  // Postgres does not run as root, and has to get through to its own directory.
  chmodSync(directory, 0o755)
  const pids = join(directory, 'pids')
  const end = `for pid in $(cat '${pids}'); do kill -9 $pid; done; sleep 1; umount -l '${directory}/disk'; rm -rf '${directory}' '${logs}'`
  const wait = `while kill -0 ${process.pid} && test -d '${directory}'; do sleep 1; done; test -d '${directory}' && { ${end}; }`
  spawnSync('sh', ['-c', `( ${wait} ) </dev/null >/dev/null 2>&1 &`], { stdio: 'ignore' })
  return {
    directory,
    logs,
    owns: pid => appendFileSync(pids, `${pid}\n`),
    async remove({ keepLogs }) {
      await rm(directory, { recursive: true, force: true })
      if (!keepLogs) await rm(logs, { recursive: true, force: true })
    },
  }
}

/** Looks until it holds; false if it did not in time. What throws does not hold yet. */
export async function holds(
  look: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 50,
): Promise<boolean> {
  const end = performance.now() + withinMs
  for (;;) {
    if (
      await Promise.resolve()
        .then(look)
        .catch(() => false)
    )
      return true
    if (performance.now() > end) return false
    await Bun.sleep(everyMs)
  }
}
