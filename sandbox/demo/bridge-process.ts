import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
const START_MS = 30_000
const POLL_MS = 50

export type BridgeProcess = {
  readonly pid: number
  /** The last lines it logged. */
  tail(lines: number): Promise<string>
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<unknown>
  stop(): Promise<void>
}

/**
 * Runs the bridge as it runs in production: its own process, told everything by environment variables.
 * Nothing of the caller's own environment or `.env` gets through, which may name real accounts.
 */
export async function startBridgeProcess(
  url: string,
  settings: Readonly<Record<string, string>>,
  directory: string,
): Promise<BridgeProcess> {
  const logFile = join(directory, 'bridge.log')
  const log = Bun.file(logFile)
  const child = Bun.spawn([process.execPath, MAIN], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: 'UTC', ...settings },
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  })
  const tail = async (lines: number) =>
    (await readFile(logFile, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-lines).join('\n')

  const until = Date.now() + START_MS
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill()
      throw new Error(`the bridge did not start:\n${await tail(20)}`)
    }
    await Bun.sleep(POLL_MS)
  }
  return {
    pid: child.pid,
    tail,
    ended: child.exited,
    async stop() {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}
