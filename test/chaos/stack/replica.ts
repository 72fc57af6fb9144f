import { openSync } from 'node:fs'
import { join } from 'node:path'
import type { Subprocess } from 'bun'
import { freePort } from '../../../src/db/embedded.ts'
import { type House, holds } from './house.ts'

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname
/** What a supervisor takes to notice that a process has ended. */
const NOTICE_MS = 100

/** The real program as a process, started again by a supervisor whenever it ends. */
export class Replica {
  #child: Subprocess | null = null
  #wanted = false
  /** It is on its way out because it was told to be. */
  #told = false
  /** Ends that nobody asked for. */
  readonly deaths: string[] = []

  private constructor(
    private readonly house: House,
    readonly name: string,
    readonly port: number,
    private readonly settings: Record<string, string>,
  ) {}

  static async create(house: House, name: string, settings: Record<string, string>): Promise<Replica> {
    return new Replica(house, name, await freePort(), settings)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  start(): void {
    this.#wanted = true
    this.#told = false
    const log = openSync(join(this.house.logs, `${this.name}.log`), 'a')
    const child = Bun.spawn([process.execPath, MAIN], {
      cwd: this.house.directory,
      env: {
        PATH: process.env['PATH'],
        TZ: 'UTC',
        HOST: '127.0.0.1',
        PORT: String(this.port),
        ...this.settings,
      },
      stdin: 'ignore',
      stdout: log,
      stderr: log,
    })
    this.#child = child
    this.house.owns(child.pid)
    void child.exited.then(async () => {
      if (!this.#told) this.deaths.push(`${this.name} ended by itself: ${child.exitCode ?? child.signalCode}`)
      await Bun.sleep(NOTICE_MS)
      if (this.#wanted) this.start()
    })
  }

  /** Resolves when it can do its work. */
  async ready(withinMs = 30_000): Promise<void> {
    const look = async () => (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(3_000) })).ok
    if (!(await holds(look, withinMs))) throw new Error(`${this.name} is not ready`)
  }

  /** As `kill -9`; the supervisor starts it again. */
  kill(): void {
    this.#told = true
    this.#child?.kill('SIGKILL')
  }

  /** Asks it to end, as a deployment does. Tells how long it took, and its exit code: null if it had to be killed. */
  async terminate(patienceMs: number): Promise<{ code: number | null; ms: number }> {
    const child = this.#child
    if (!child) throw new Error('it does not run')
    const began = performance.now()
    this.#told = true
    child.kill('SIGTERM')
    await Promise.race([child.exited, Bun.sleep(patienceMs)])
    const code = child.exitCode
    if (code === null) child.kill('SIGKILL')
    return { code, ms: performance.now() - began }
  }

  async stop(): Promise<void> {
    this.#wanted = false
    this.kill()
    await this.#child?.exited
  }
}
