import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

/** `` `test/x.test.ts` "name" ``; a file without a name stands for all that is in it. */
const MENTION = /`(test\/[\w/.-]+\.test\.ts)`(?: "([^"]+)")?/g

test('every test that the security review names is there', () => {
  const mentions = [...read('docs/security-review.md').matchAll(MENTION)]
  expect(mentions.length).toBeGreaterThan(40)
  const missing = mentions.flatMap(([, file = '', name]) => {
    const source = read(file)
    return name === undefined || source.includes(name) ? [] : [`${file}: ${name}`]
  })
  expect(missing).toEqual([])
})

test('every row of the review shows a test or says what is open', () => {
  const rows = read('docs/security-review.md')
    .split('\n')
    .filter(line => /^\| \d+\.\d+\.\d+/.test(line))
  expect(rows.length).toBeGreaterThan(30)
  for (const row of rows)
    expect({ row, shown: /\.test\.ts`|Open|Yours|Review/.test(row) }).toEqual({ row, shown: true })
})
