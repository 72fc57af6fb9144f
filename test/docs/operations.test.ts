import { afterEach, expect, test } from 'bun:test'
import postgres from 'postgres'
import { readDocument } from '../../scripts/docs/document.ts'
import { startBridge } from '../../src/bridge.ts'
import { silentLog } from '../support/log.ts'
import { checkout, inLago, payableOf, quiet } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

const DOCUMENT = `${import.meta.dir}/../../docs/operations.md`

/** The SQL of the guide that holds a word. */
async function sqlWith(word: string): Promise<string> {
  const { blocks } = readDocument(DOCUMENT, await Bun.file(DOCUMENT).text())
  const found = blocks.find(({ language, text }) => language === 'sql' && text.includes(word))
  if (!found) throw new Error(`the guide has no SQL with ${word}`)
  return found.text
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await client.unsafe(sql)
  } finally {
    await client.end()
  }
}

test('a second role with a password of its own takes over while the first still works', async () => {
  world = await startWorld()
  const { config, bridge } = world
  const roles = `bridge_${process.pid}`
  const named = (sql: string) => sql.replaceAll('bridge_2', `${roles}_2`).replace(/\bbridge\b/g, roles)
  // As Compose makes it: the role owns its database and all that is in it.
  const database = new URL(config.databaseUrl).pathname.slice(1)
  await onServer(
    config.databaseUrl,
    `create role ${roles} login password 'first'; alter database ${database} owner to ${roles};
     grant all on schema public, drizzle to ${roles};
     do $$ declare t record; begin
       for t in select schemaname as s, tablename as n from pg_tables where schemaname in ('public', 'drizzle') loop
         execute format('alter table %I.%I owner to ${roles}', t.s, t.n);
       end loop; end $$;`,
  )
  await onServer(config.databaseUrl, named(await sqlWith('create role')))

  const second = new URL(config.databaseUrl)
  second.username = `${roles}_2`
  second.password = 'the-new-password'
  const replica = await startBridge({
    config: { ...config, port: 0, databaseUrl: second.toString() },
    log: silentLog,
  })
  expect((await fetch(`${replica.url}/readyz`)).status).toBe(200)
  await replica.sql`create table made_by_the_second (id int)`
  const [made] = await replica.sql<{ owner: string }[]>`
    select tableowner as owner from pg_tables where tablename = 'made_by_the_second'`
  expect(made?.owner).toBe(roles)
  expect((await fetch(`${bridge.url}/readyz`)).status).toBe(200)

  await replica.stop()
  await onServer(config.databaseUrl, named(await sqlWith('nologin')))
  const first = new URL(config.databaseUrl)
  first.username = roles
  first.password = 'first'
  expect(onServer(first.toString(), 'select 1')).rejects.toThrow('not permitted to log in')
}, 30_000)

test('webhooks that are old and done can be deleted: nothing is forgotten, and a replay changes nothing', async () => {
  world = await startWorld()
  const { lago, dodo, bridge } = world
  const { lago_id } = lago.control.createInvoice({ fees: [5000] })
  const { id } = await checkout(world, lago_id)
  await dodo.control.pay(id)
  await eventually(
    () => inLago(world, lago_id),
    ({ paymentStatus }) => paymentStatus === 'succeeded',
  )
  await quiet(world)
  await bridge.sql`update deliveries set received_at = received_at - interval '91 days'`
  await bridge.sql.unsafe(await sqlWith('delete from deliveries'))
  expect(await bridge.sql`select 1 from deliveries`).toHaveLength(0)

  for (const { id: delivery } of dodo.deliveries.log) dodo.deliveries.replay(delivery)
  await eventually(
    async () => (await bridge.sql`select 1 from deliveries`).length,
    count => count > 0,
  )
  await quiet(world)
  expect(await payableOf(world, lago_id)).toMatchObject({ state: 'paid', attention: [] })
  expect(lago.faults.count('POST', '/api/v1/payments')).toBe(1)
}, 30_000)
