import { afterEach, expect, test } from 'bun:test'
import { connect } from '../../src/db/connection.ts'
import { PostgresProxy } from '../chaos/postgres-proxy.ts'
import { freshDatabase } from '../support/database.ts'

let proxy: PostgresProxy
afterEach(() => proxy.cut())

const CONNECTION = new URL('../../src/db/connection.ts', import.meta.url).pathname

/** Asks once, is refused or not, and lives on. */
const PROGRAM = `
  import { connect } from '${CONNECTION}'
  const sql = connect(process.env.URL, { max: 1 })
  for (let n = 0; n < 3; n++) await sql\`select \${n}::int\`.catch(() => {})
  console.log('lives')
  await sql.end({ timeout: 1 })
`

test('a connection that is lost at its very first statement does not end the process', async () => {
  proxy = await new PostgresProxy(await freshDatabase()).start()
  let statements = 0
  proxy.onStatement = () => {
    if (statements++ === 0) proxy.hangUp()
    return 'pass'
  }
  const child = Bun.spawn([process.execPath, '-e', PROGRAM], {
    env: { PATH: process.env['PATH'], URL: proxy.url },
    stderr: 'pipe',
  })
  const said = await new Response(child.stdout).text()
  expect({ said: said.trim(), code: await child.exited }).toEqual({ said: 'lives', code: 0 })
  expect(statements).toBeGreaterThan(1)
})

test('lists of texts and of numbers reach the database as they are', async () => {
  proxy = await new PostgresProxy(await freshDatabase()).start()
  const sql = connect(proxy.url, { max: 1 })
  const texts = ['', 'a', 'NULL', '{}', 'a,b', '"', '\\', '\\"', "'", ' ', '\n', '日本', '👩']
  const back = await sql<
    { text: string }[]
  >`select text from unnest(${texts}::text[]) with ordinality as t (text, n) order by n`
  expect(back.map(row => row.text)).toEqual(texts)
  expect(await sql`select 1 where 'a,b' = any(${texts}) and not 'x' = any(${[] as string[]})`).toHaveLength(1)
  const numbers = [0, -1, Number.MAX_SAFE_INTEGER]
  const sum = await sql<{ n: number }[]>`select n from unnest(${numbers}::bigint[]) as n order by n`
  expect(sum.map(row => row.n)).toEqual([-1, 0, Number.MAX_SAFE_INTEGER])
  await sql.end()
})
