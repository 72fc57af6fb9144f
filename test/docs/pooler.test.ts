import { expect, test } from 'bun:test'
import { connect, connectPatiently, type Sql } from '../../src/db/connection.ts'

/** The settings that a connection asks for in its first message. Source: the protocol's StartupMessage. */
async function settingsOf(open: (url: string) => Sql): Promise<string[]> {
  const first = Promise.withResolvers<Buffer>()
  const server = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { data: (_, message) => first.resolve(Buffer.from(message)) },
  })
  const sql = open(`postgres://bridge@127.0.0.1:${server.port}/bridge`)
  const asked = sql`select 1`.catch(() => {})
  const message = await first.promise
  await sql.end({ timeout: 0 })
  await asked
  server.stop(true)
  const words = message.toString('utf8', 8).split('\0')
  const names = words.filter((_, n) => n % 2 === 0 && words[n] !== '')
  return names.filter(name => !['user', 'database', 'client_encoding', 'application_name'].includes(name))
}

test('the guide names every setting that a pooler has to let through', async () => {
  const ours = await settingsOf(url => connect(url, { max: 1 }))
  const patient = await settingsOf(url => connectPatiently(url, { max: 1 }))
  const [, listed = ''] =
    /ignore_startup_parameters = ([a-z_,]+)/.exec(
      await Bun.file(`${import.meta.dir}/../../docs/operations.md`).text(),
    ) ?? []
  expect(listed.split(',').toSorted()).toEqual([...new Set([...ours, ...patient])].toSorted())
})
