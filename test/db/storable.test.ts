import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { storableJson, storableText } from '../../src/db/storable.ts'

test.each([
  ['a NUL in a value', { a: 'x\0y' }, '{"a":"x\ufffdy"}'],
  ['a NUL in a key', { 'a\0': 1 }, '{"a\ufffd":1}'],
  ['half a surrogate pair in a key', { '\ud800': 1 }, '{"\ufffd":1}'],
  ['an escape that somebody wrote out', { a: String.raw`\u0000` }, String.raw`{"a":"\\u0000"}`],
  ['a whole surrogate pair', { a: '👩' }, '{"a":"👩"}'],
  ['a backslash before a NUL', { a: '\\\0' }, '{"a":"\\\\\ufffd"}'],
])('%s can be kept', (_, value, json) => {
  expect(storableJson(value)).toBe(json)
})

test('whatever the strings, what is kept is JSON with nothing in it that Postgres refuses', () => {
  const odd = fc.string({
    unit: fc.constantFrom('\0', '\ud800', '\udc00', '\\', 'u', '0', '"', 'd', '8', 'a', '\n'),
  })
  fc.assert(
    fc.property(fc.dictionary(odd, fc.oneof(odd, fc.array(odd))), value => {
      const kept = JSON.stringify(JSON.parse(storableJson(value)))
      expect(kept).toBe(storableJson(JSON.parse(kept)))
      for (const [key] of Object.entries(JSON.parse(kept))) expect(storableText(key)).toBe(key)
    }),
  )
})
