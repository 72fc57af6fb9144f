import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { startEmbedded } from '../../../src/db/embedded.ts'
import type { Disk } from './disk.ts'
import { type House, holds } from './house.ts'

const SETTINGS = {
  max_connections: '80',
  min_wal_size: '32MB',
  max_wal_size: '64MB',
  log_min_messages: 'warning',
}

/** How Postgres is ended: `fast` tells its clients and writes everything down, `crash` does neither. */
export type End = 'fast' | 'crash'

/** A real Postgres that keeps its data and its address over restarts, however it was ended. */
export class PostgresServer {
  #process: ChildProcess | null = null
  #command: string[] = []

  private constructor(
    private readonly house: House,
    private readonly data: string,
    readonly url: string,
    /** The service's: it may be limited. */
    readonly role: string,
  ) {}

  static async create(house: House, disk: Disk): Promise<PostgresServer> {
    const data = join(disk.directory, 'data')
    const first = await startEmbedded({ directory: data, persistent: true, settings: SETTINGS })
    const [pid = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    house.owns(Number(pid))
    const server = new PostgresServer(house, data, first.url, 'bridge')
    server.#command = [
      ...readFileSync(join(data, 'postmaster.opts'), 'utf8').matchAll(/"([^"]*)"|(\S+)/g),
    ].map(([, quoted, plain]) => quoted ?? plain ?? '')
    await server.admin(sql => sql.unsafe(`create role bridge login password 'bridge'`))
    await first.stop()
    await server.start()
    return server
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  get isRunning(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** As a supervisor does it: also while the last one's end is not swept up yet. */
  async start(): Promise<void> {
    const ready = await holds(
      async () => {
        if (!this.isRunning) this.#spawn()
        await this.admin(sql => sql`select 1`)
        return true
      },
      30_000,
      100,
    )
    if (!ready) throw new Error('Postgres did not start')
  }

  async stop(end: End): Promise<void> {
    const running = this.#process
    if (!running || !this.isRunning) return
    const ended = new Promise(resolve => running.once('exit', resolve))
    running.kill(end === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }

  /** A new database of the service's own. */
  async createDatabase(name: string): Promise<void> {
    await this.admin(sql => sql.unsafe(`create database ${name} owner ${this.role}`))
  }

  /** The disk is small. */
  async dropDatabase(name: string): Promise<void> {
    await this.admin(sql => sql.unsafe(`drop database if exists ${name} with (force)`))
  }

  /** As the service reaches it, through `port`. */
  addressFor(database: string, port: number): string {
    return `postgres://${this.role}:bridge@127.0.0.1:${port}/${database}`
  }

  async admin<T>(run: (sql: postgres.Sql) => Promise<T>, database = 'postgres'): Promise<T> {
    const url = new URL(this.url)
    url.pathname = `/${database}`
    const sql = postgres(url.href, { max: 1, onnotice: () => {}, connect_timeout: 3 })
    try {
      return await run(sql)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  #spawn(): void {
    const [program = '', ...args] = this.#command
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
    const user = userInfo().uid === 0 ? { uid: id('-u'), gid: id('-g') } : {}
    const log = openSync(join(this.house.logs, 'postgres.log'), 'a')
    this.#process = spawn(program, args, { ...user, cwd: this.data, stdio: ['ignore', log, log] })
    if (this.#process.pid !== undefined) this.house.owns(this.#process.pid)
  }
}
