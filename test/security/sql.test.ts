import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SOURCE = new URL('../../src/', import.meta.url).pathname

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))

/** What puts text into a statement instead of a parameter. */
const RAW = /\.unsafe\(|sql\.raw\(|\bsql\(\s*[`'"]/

test('no statement is put together from text', () => {
  expect(files.length).toBeGreaterThan(100)
  expect(files.filter(file => RAW.test(readFileSync(join(SOURCE, file), 'utf8')))).toEqual([])
})

test('the rule would notice one that was', () => {
  for (const line of ['await sql.unsafe(text)', 'sql.raw(name)', 'sql(`select 1`)'])
    expect(RAW.test(line)).toBe(true)
})
