import { openSync } from 'node:fs'
import { join } from 'node:path'
import { printedSettings } from '../../../sandbox/printed-settings.ts'
import { freePort } from '../../../src/db/embedded.ts'
import type { House } from './house.ts'

const ROOT = new URL('../../..', import.meta.url).pathname

/** A fake Lago and a fake Dodo in a process of their own, and the controls of both. */
export type Sandbox = {
  lagoPort: number
  dodoPort: number
  /** What a bridge has to know. */
  settings: Record<string, string>
  /** `POST /_sandbox/<path>` of the side, or `GET` without a body. */
  lago<T>(path: string, body?: unknown): Promise<T>
  dodo<T>(path: string, body?: unknown): Promise<T>
  /** All pages of a list of Lago's own API. */
  lagoList<T>(kind: 'payments' | 'credit_notes'): Promise<T[]>
  stop(): Promise<void>
}

export async function startSandbox(house: House, bridge: string, name: string): Promise<Sandbox> {
  const [lagoPort, dodoPort] = [await freePort(), await freePort()]
  const ports = ['--lago-port', String(lagoPort), '--dodo-port', String(dodoPort)]
  const log = openSync(join(house.logs, `${name}-sandbox.log`), 'a')
  const child = Bun.spawn([process.execPath, join(ROOT, 'sandbox/main.ts'), '--bridge', bridge, ...ports], {
    cwd: house.directory,
    env: { PATH: process.env['PATH'] },
    stdout: 'pipe',
    stderr: log,
  })
  house.owns(child.pid)
  const settings = await printedSettings(child.stdout)
  const call = async <T>(port: number, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'content-type': 'application/json', authorization: `Bearer ${settings['LAGO_API_KEY']}` },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    lagoPort,
    dodoPort,
    settings,
    lago: (path, body) => call(lagoPort, `/_sandbox/${path}`, body),
    dodo: (path, body) => call(dodoPort, `/_sandbox/${path}`, body),
    async lagoList<T>(kind: string) {
      const all: T[] = []
      for (let page = 1; ; page++) {
        const answer = await call<Record<string, T[]>>(lagoPort, `/api/v1/${kind}?per_page=100&page=${page}`)
        const rows = answer[kind] ?? []
        all.push(...rows)
        if (rows.length === 0) return all
      }
    },
    async stop() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
