import { expect, test } from 'bun:test'
import { dirname, join, normalize } from 'node:path'
import { Glob } from 'bun'

const WHY = 'docs/decisions/0002-rooms-and-imports.md says why, and what to do instead'

/** What each room may import of the others, from the inside out. `time` is the one file that all but the core share. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  config: [],
  log: [],
  calls: ['time'],
  lago: ['core', 'calls'],
  dodo: ['core', 'calls'],
  db: ['core'],
  steps: ['core', 'calls', 'lago', 'dodo', 'db', 'time'],
  inbox: ['core', 'calls', 'lago', 'dodo', 'db', 'steps', 'time'],
  notify: ['core', 'calls', 'db', 'time'],
  reconcile: ['core', 'calls', 'lago', 'dodo', 'db', 'time'],
  topup: ['core', 'calls', 'lago', 'dodo', 'db', 'steps', 'inbox', 'time'],
  http: ['core', 'calls', 'db', 'inbox', 'topup', 'time'],
  doctor: ['core', 'calls', 'lago', 'dodo', 'db', 'config'],
}

/** Rooms that put others together, as the files beside the rooms do. */
const PUTS_TOGETHER = ['cli', 'console']

/** What the core may not use: it would answer the same facts in another way another time. */
const IMPURE = /Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|\bfetch\(|setTimeout\(|console\./

/** Packages that only compute. */
const PURE_PACKAGES = ['zod']

type Source = { path: string; room: string | null; text: string }

const sources: Source[] = await Promise.all(
  [...new Glob('src/**/*.{ts,tsx}').scanSync('.')].sort().map(async path => ({
    path,
    room: path.split('/').length > 2 ? (path.split('/')[1] ?? null) : null,
    text: await Bun.file(path).text(),
  })),
)

const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '')

/** The room of a relative import; a file beside the rooms goes by its own name. */
function roomOf(from: string, to: string): string {
  const [, room = '', ...rest] = normalize(join(dirname(from), to)).split('/')
  return rest.length > 0 ? room : room.replace(/\.tsx?$/, '')
}

test('imports point inward', () => {
  const wrong = sources.flatMap(({ path, room, text }) => {
    const allowed = room === null ? undefined : MAY_IMPORT[room]
    if (!allowed || room === null) return []
    return importsOf(text)
      .filter(to => to.startsWith('.'))
      .filter(to => ![room, ...allowed].includes(roomOf(path, to)))
      .map(to => `${path} imports ${to}: ${room} may import ${allowed.join(', ') || 'no other room'}. ${WHY}`)
  })
  expect(wrong).toEqual([])
})

test('every room has its place in the order', () => {
  const rooms = [...new Set(sources.flatMap(({ room }) => room ?? []))].filter(
    room => !PUTS_TOGETHER.includes(room),
  )
  expect(rooms.filter(room => !(room in MAY_IMPORT)).map(room => `${room} has no place yet: ${WHY}`)).toEqual(
    [],
  )
})

test('no two rooms need each other', () => {
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (MAY_IMPORT[from] ?? []).some(next => {
      if (next === to) return true
      if (seen.has(next)) return false
      seen.add(next)
      return reaches(next, to, seen)
    })
  expect(Object.keys(MAY_IMPORT).filter(room => reaches(room, room))).toEqual([])
})

test('the core imports no package that acts, and knows neither time nor chance nor the world', () => {
  const wrong = sources
    .filter(({ room }) => room === 'core')
    .flatMap(({ path, text }) => [
      ...importsOf(text)
        .filter(to => !to.startsWith('.') && !PURE_PACKAGES.includes(to))
        .map(to => `${path} imports ${to}. ${WHY}`),
      ...(text.match(IMPURE) ?? []).map(use => `${path} uses ${use}. ${WHY}`),
    ])
  expect(wrong).toEqual([])
})

test('the environment is read in one place', () => {
  const wrong = sources
    .filter(({ path, room }) => room !== 'config' && path !== 'src/config.ts')
    .filter(({ text }) => /process\s*\.\s*env|Bun\.env|import\.meta\.env/.test(text))
    .map(({ path }) => `${path} reads the environment; only src/config.ts does. ${WHY}`)
  expect(wrong).toEqual([])
})

test('the rule finds what breaks it', () => {
  expect(importsOf(`import { a } from '../db/x.ts'\nconst b = await import('./y.ts')`)).toEqual([
    '../db/x.ts',
    './y.ts',
  ])
  expect(roomOf('src/core/plan/index.ts', '../../db/connection.ts')).toBe('db')
  expect(roomOf('src/calls/budget.ts', '../time.ts')).toBe('time')
  expect(roomOf('src/core/plan/index.ts', './types.ts')).toBe('core')
})
