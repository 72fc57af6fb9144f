import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/db/connection.ts'
import type { Result } from './load.ts'

const CLIENTS = 64

/** One row with this body for each transaction with 64 clients, by pgbench, or without it by a loop over 64 connections. */
export async function insertRows(
  url: string,
  body: string,
  seconds: number,
): Promise<Result & { by: string }> {
  const sql = connect(url, { max: 1 })
  await sql`drop table if exists bench_rows`
  await sql`create table bench_rows (id bigint generated always as identity primary key, key text not null unique, body text not null, at timestamptz not null)`
  await sql.end()
  const binary = await findPgbench()
  return binary ? viaPgbench(binary, url, body, seconds) : viaLoop(url, body, seconds)
}

async function findPgbench(): Promise<string | null> {
  const onPath = Bun.which('pgbench')
  if (onPath) return onPath
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const paths = versions.map(version => `/usr/lib/postgresql/${version}/bin/pgbench`)
  return paths.find(path => Bun.file(path).size > 0) ?? null
}

async function viaPgbench(binary: string, url: string, body: string, seconds: number) {
  const directory = await mkdtemp(join(tmpdir(), 'bench-pgbench-'))
  try {
    const script = join(directory, 'insert.sql')
    await writeFile(
      script,
      'insert into bench_rows (key, body, at) values (gen_random_uuid()::text, :body, now());\n',
    )
    // The body is a parameter, and travels with each row as a webhook does.
    const args = [
      '-n',
      '-c',
      String(CLIENTS),
      '-j',
      '2',
      '-M',
      'prepared',
      '-T',
      String(seconds),
      '-D',
      `body=${body}`,
    ]
    const logs = ['-l', `--log-prefix=${join(directory, 'log')}`]
    const child = Bun.spawn([binary, ...args, ...logs, '-f', script, url], { stdout: 'pipe', stderr: 'pipe' })
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    if ((await child.exited) !== 0) throw new Error(`pgbench failed: ${err.slice(0, 500)}`)
    const latencies = await readLatencies(directory)
    return {
      ...spread(latencies),
      perSecond: Number(/tps = ([\d.]+)/.exec(out)?.[1]),
      failed: 0,
      by: 'pgbench',
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The third column of pgbench's log is the latency in microseconds. */
async function readLatencies(directory: string): Promise<number[]> {
  const files = (await readdir(directory)).filter(name => name.startsWith('log'))
  const texts = await Promise.all(files.map(name => Bun.file(join(directory, name)).text()))
  return texts
    .flatMap(text => text.trim().split('\n'))
    .map(line => Number(line.split(' ')[2]) / 1000)
    .sort((a, b) => a - b)
}

async function viaLoop(url: string, body: string, seconds: number) {
  const sql = connect(url, { max: CLIENTS })
  await Promise.all(Array.from({ length: CLIENTS }, () => sql`select pg_sleep(0.2)`))
  const latencies: number[] = []
  const began = performance.now()
  const until = began + seconds * 1000
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (performance.now() < until) {
        const sent = performance.now()
        await sql`insert into bench_rows (key, body, at) values (${crypto.randomUUID()}, ${body}, now())`
        latencies.push(performance.now() - sent)
      }
    }),
  )
  const took = (performance.now() - began) / 1000
  await sql.end()
  latencies.sort((a, b) => a - b)
  return {
    ...spread(latencies),
    perSecond: latencies.length / took,
    failed: 0,
    by: 'a loop over 64 connections (there is no pgbench here)',
  }
}

const spread = (sorted: readonly number[]) => ({
  p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
  p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  answered: sorted.length,
})
