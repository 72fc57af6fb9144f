import { gzipSync } from 'node:zlib'
import fc, { type Arbitrary } from 'fast-check'
import type { Payload } from './material.ts'

/** Texts that stand where a JSON value should be. What JSON.stringify would tidy up is kept as it is. */
const RAW_VALUES: readonly string[] = [
  'null', 'true', 'false', '0', '-0', '-1', '1', '1.5', '-1440', '1e400', '-1e400', '1e-400', '0.1e1',
  '2147483648', '9007199254740993', '99999999999999999999999999999999', `${'9'.repeat(400)}`, `"${'9'.repeat(400)}"`,
  '""', '" "', '"0"', '"-1"', '"1e3"', '"NaN"', '"Infinity"', '"null"', '[]', '{}', '[[]]', '[null]', '[{}]',
  String.raw`"\u0000"`, String.raw`"a\u0000b"`, String.raw`"\ud800"`, String.raw`"\udfff\ud800"`, String.raw`"\ufeff"`,
  String.raw`"\u202e\u200b"`, String.raw`"\r\nX-Fuzz-Injected: 1"`, '"日本語"', '"👩‍👩‍👧‍👦"', '"İıſK"', String.raw`"\\\\\\\""`,
  '"2026-13-45T99:99:99Z"', '"+275760-09-13T00:00:00.000Z"', '"-000001-01-01T00:00:00Z"', '"0000-00-00"',
  '"9999-12-31T23:59:59.999Z"', '"1970-01-01"', '"yesterday"', '"__proto__"', '"constructor"', '"toString"',
  '"../../refunds"', '"..%2f..%2frefunds"', '"pay_1?x=1#y"', '"/"', '"."', '".."', `"'; drop table payables; --"`,
  '"<script>alert(1)</script>"', '"usd"', '"USD "', '"ZZZ"', '"KWD"', '"HUF"', '"JPY"', '"succeeded"', '"failed"',
  '"finalized"', '"voided"', '"processing"', '"dispute_opened"', '"%s%n%x"', `"\${jndi:ldap://x}"`,
  '{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '{"toString":1,"valueOf":2}',
  '{"then":1}', '{"length":-1}', '{"toJSON":"x"}',
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`, `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
] // biome-ignore format: a list reads better filled

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  '\u0000',
  'data',
  'metadata',
  'id',
  'then',
]

const randomText = fc.nat().map(seed => {
  // Not to be compressed: what is long and random does not fit an index.
  let state = seed + 1
  const step = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return ((state >>> 8) % 36).toString(36)
  }
  return JSON.stringify(Array.from({ length: 9_000 }, step).join(''))
})

const rawValue = (ids: readonly string[]): Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...RAW_VALUES) },
    { weight: 3, arbitrary: fc.constantFrom(...ids).map(id => JSON.stringify(id)) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map(text => JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map(String) },
    { weight: 1, arbitrary: randomText },
  )

type Edit = {
  at: number
  how: 'replace' | 'delete' | 'duplicate' | 'rename' | 'add'
  raw: string
  key: string
}

const edit = (ids: readonly string[]): Arbitrary<Edit> =>
  fc.record({
    at: fc.nat({ max: 400 }),
    how: fc.constantFrom('replace', 'replace', 'replace', 'delete', 'duplicate', 'rename', 'add'),
    raw: rawValue(ids),
    key: fc.constantFrom(...KEYS),
  })

/** The paths into a JSON value whose last step is a key of an object, the shallow ones first. */
function keysOf(root: unknown): { holder: Record<string, unknown>; key: string }[] {
  const found: { holder: Record<string, unknown>; key: string }[] = []
  const queue: unknown[] = [root]
  for (const value of queue) {
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value))
      for (const key of Object.keys(value)) found.push({ holder: value as Record<string, unknown>, key })
    queue.push(...Object.values(value))
  }
  return found
}

/** Applies edits to a real payload. Raw texts go in at the end, for no JSON writer would write them. */
export function mutate(text: string, edits: readonly Edit[]): string {
  const root: unknown = JSON.parse(text)
  const raws: string[] = []
  const hold = (raw: string) => `\u0001${raws.push(raw) - 1}\u0001`
  for (const { at, how, raw, key } of edits) {
    const places = keysOf(root)
    const place = places[at % Math.max(1, places.length)]
    if (!place) continue
    const { holder } = place
    const put = (name: string, value: unknown) =>
      Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true })
    if (how === 'replace') put(place.key, hold(raw))
    if (how === 'delete') delete holder[place.key]
    if (how === 'add') put(key, hold(raw))
    if (how === 'rename') {
      const value = holder[place.key]
      delete holder[place.key]
      put(key, value)
    }
    if (how === 'duplicate') put(`\u0002${place.key}`, hold(raw))
  }
  return JSON.stringify(root)
    .replace(/"\\u0001(\d+)\\u0001"/g, (_, index) => raws[Number(index)] ?? 'null')
    .replaceAll('\\u0002', '')
}

type Packing = 'plain' | 'bom' | 'gzip' | 'utf16' | 'cut' | 'bad-utf8' | 'nul' | 'list' | 'spaced'

const PACKINGS: readonly Packing[] = ['bom', 'gzip', 'utf16', 'cut', 'bad-utf8', 'nul', 'list', 'spaced']

export function pack(text: string, packing: Packing): Buffer {
  const plain = Buffer.from(text)
  const half = plain.length >> 1
  switch (packing) {
    case 'plain':
      return plain
    case 'bom':
      return Buffer.concat([Buffer.from('efbbbf', 'hex'), plain])
    case 'gzip':
      return gzipSync(plain)
    case 'utf16':
      return Buffer.from(text, 'utf16le')
    case 'cut':
      return plain.subarray(0, half)
    case 'bad-utf8':
      return Buffer.concat([plain.subarray(0, half), Buffer.from('c3280080ff', 'hex'), plain.subarray(half)])
    case 'nul':
      return Buffer.concat([plain, Buffer.alloc(3)])
    case 'list':
      return Buffer.from(`[${text}]`)
    case 'spaced':
      return Buffer.from(`\n\t ${text}${' '.repeat(50)}\n`)
  }
}

/** Bodies that begin as real payloads and end as nonsense. */
export const nonsense = (
  payloads: readonly Payload[],
  ids: readonly string[],
): Arbitrary<{ say: string; body: Buffer }> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .record({
          payload: fc.constantFrom(...payloads),
          edits: fc.array(edit(ids), { minLength: 1, maxLength: 4 }),
        })
        .map(({ payload, edits }) => ({
          say: `${payload.type}, ${edits.map(e => e.how).join('+')}`,
          body: Buffer.from(mutate(payload.text, edits)),
        })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ payload: fc.constantFrom(...payloads), packing: fc.constantFrom(...PACKINGS) })
        .map(({ payload, packing }) => ({ say: `packed: ${packing}`, body: pack(payload.text, packing) })),
    },
    {
      weight: 1,
      arbitrary: rawValue(ids).map(raw => ({ say: 'no webhook at all', body: Buffer.from(raw) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ maxLength: 200 })
        .map(bytes => ({ say: 'random bytes', body: Buffer.from(bytes) })),
    },
  )
