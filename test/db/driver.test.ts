import { afterEach, expect, test } from 'bun:test'
import { createServer } from 'node:net'
import { connect, type Sql } from '../../src/db/connection.ts'
import { freshDatabase } from '../support/database.ts'

/** What the driver does not do by itself: it is patched for it (patches/). */
const pools: Sql[] = []
afterEach(() => Promise.all(pools.splice(0).map(sql => sql.end({ timeout: 0 }))))

function pool(url: string, max: number, applicationName: string): Sql {
  const sql = connect(url, { max, applicationName })
  pools.push(sql)
  return sql
}

const killAll = (direct: Sql, applicationName: string) => direct`
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = ${applicationName} and datname = current_database()`

test('every statement ends and the pool is whole again at once, however often its connections are killed', async () => {
  const url = await freshDatabase()
  const direct = pool(url, 1, 'direct')
  const sql = pool(url, 8, 'victim')
  let asked = 0
  let ended = 0
  let going = true
  const lane = async (n: number) => {
    for (let round = 0; going; round++) {
      asked++
      const ask =
        round % 3 === 0 ? sql.begin(tx => tx`select ${n}::int`) : sql`select ${n}::int, ${round}::text`
      await ask.catch(() => Bun.sleep(1))
      ended++
    }
  }
  const lanes = Array.from({ length: 24 }, (_, n) => lane(n))
  for (let n = 0; n < 40; n++) {
    await killAll(direct, 'victim')
    await Bun.sleep(25)
  }
  going = false
  await Promise.race([Promise.all(lanes), Bun.sleep(5_000)])
  expect(asked - ended).toBe(0)
  const began = performance.now()
  await Promise.all(Array.from({ length: 64 }, (_, n) => sql`select ${n}::int, pg_sleep(0.01)`))
  expect(performance.now() - began).toBeLessThan(2_500)
}, 30_000)

test('what a transaction asks after its connection was lost never runs in another transaction', async () => {
  const url = await freshDatabase()
  const direct = pool(url, 1, 'direct')
  const sql = pool(url, 1, 'victim')
  await direct`create table rows (who text)`
  const lost = Promise.withResolvers<void>()
  const first = sql.begin(async tx => {
    await tx`insert into rows values ('first')`
    await killAll(direct, 'victim')
    await lost.promise
    await tx`insert into rows values ('first, late')`
  })
  await expect(first).rejects.toThrow()
  await sql.begin(async tx => {
    await tx`insert into rows values ('second')`
    lost.resolve()
    await Bun.sleep(50)
    await tx`insert into rows values ('second')`
  })
  expect(await direct`select who from rows`).toMatchObject([{ who: 'second' }, { who: 'second' }])
}, 30_000)

test('a server that accepts and hangs up is an error, and not asked again without end', async () => {
  let accepted = 0
  const server = createServer(socket => {
    accepted++
    socket.end()
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const sql = pool(`postgres://nobody@127.0.0.1:${port}/none`, 1, 'victim')
  await expect(Promise.resolve(sql`select 1`)).rejects.toThrow('CONNECTION_CLOSED')
  expect(accepted).toBe(1)
  server.close()
}, 10_000)
