import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const src = join(import.meta.dir, '../../src')
const files = readdirSync(src, { recursive: true })
  .map(String)
  .filter(name => /\.tsx?$/.test(name))
const textOf = (file: string) => readFileSync(join(src, file), 'utf8')

test('only the server itself knows Bun from Node: everything else runs on both', () => {
  const bound = files.filter(file => /\bBun\.\w|'bun:|from 'bun'/.test(textOf(file)))
  expect(bound).toEqual(['http/serve.ts'])
})

test('no source is found by the place of another, which a bundle does not keep, but the migrations', () => {
  const placed = files.filter(file => /import\.meta\.(url|dir|dirname|filename|path)\b/.test(textOf(file)))
  expect(placed).toEqual(['db/migrate.ts'])
})
