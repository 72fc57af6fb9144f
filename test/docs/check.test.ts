import { expect, test } from 'bun:test'
import { checkDocuments } from '../../scripts/check-docs.ts'
import { untried } from '../../scripts/docs/commands.ts'
import { commandsIn, readDocument } from '../../scripts/docs/document.ts'
import { brokenLinks } from '../../scripts/docs/links.ts'
import { type Known, unknownNames } from '../../scripts/docs/names.ts'

const read = (...lines: string[]) => readDocument('docs/faq.md', lines.join('\n'))

const links = (...lines: string[]) => {
  const document = read(...lines)
  return brokenLinks(document, new Map([[document.path, document]])).map(({ line, say }) => `${line} ${say}`)
}

const KNOWN: Known = {
  scripts: new Set(['reconcile', 'check']),
  commands: new Set(['payables']),
  settings: new Set(['LAGO_API_KEY', 'LAGO_API_KEY_FILE']),
  isOther: name => name === 'TEST_LOG',
  hasFlag: (script, flag) => (script === 'reconcile' ? flag === '--since' : null),
}
const names = (...lines: string[]) =>
  unknownNames(read(...lines), KNOWN).map(({ line, say }) => `${line} ${say}`)

test('the documents of this repository hold', () => {
  expect(checkDocuments()).toEqual([])
})

test('a link is followed to its file and to its heading', () => {
  expect(
    links(
      '# Ten minutes, to `your` own!',
      '[a](../README.md) [b](../nowhere.md) [c](#ten-minutes-to-your-own) [d](#elsewhere)',
      '[e](https://example.com/x) [f](decisions) `[g](gone.md)`',
      '```',
      '[h](gone.md)',
      '# Fenced',
      '```',
      '[i](#fenced)',
    ),
  ).toEqual([
    '2 ../nowhere.md leads nowhere',
    '2 #elsewhere: there is no such heading',
    '8 #fenced: there is no such heading',
  ])
})

test('scripts, flags, commands and settings that there are not are named, those there are pass', () => {
  expect(
    names(
      '`bun run reconcile --since 2d`, `bun run check --whatever`, `/app/bridge payables`, `bridge serve`, `LAGO_API_KEY_FILE`, `TEST_LOG`',
    ),
  ).toEqual([])
  expect(
    names(
      'BIG_WORDS in prose are nothing',
      '`bun run reconcle`',
      '```sh',
      'npx -y bun@1.4.5 run reconcile --dryrun',
      '/app/bridge payable list',
      'LAGO_APIKEY=x',
      '```',
    ),
  ).toEqual([
    '2 package.json has no script reconcle',
    '4 bun run reconcile has no --dryrun',
    '5 the program has no command payable',
    '6 there is no setting LAGO_APIKEY',
  ])
})

test('a command is run by a test, or the line above its block says why not', () => {
  const say = (...lines: string[]) =>
    untried(read(...lines), command => command === 'ls').map(({ line }) => line)
  expect(say('```sh', 'ls   # a comment', '# a comment', '```', '```json', 'rm', '```')).toEqual([])
  expect(say('<!-- not run: it needs a cluster -->', '```sh', 'rm', '```')).toEqual([])
  expect(say('<!-- not run: -->', '```sh', 'rm', '```')).toEqual([3])
  expect(say('<!-- not run: why -->', '', 'Text between.', '```sh', 'rm', '```')).toEqual([5])
  expect(say('<!-- not run: why -->', '```sh', 'rm', '```', '```sh', 'rm', '```')).toEqual([6])
  expect(say('```sql', 'drop table x;', '```')).toEqual([2])
})

test('a command that goes on over lines is one', () => {
  const [block] = read(
    '  ```sh',
    "  curl -d '{",
    '    "a": 1 }\'   # one',
    '  helm x \\',
    '    --y',
    '  ```',
  ).blocks
  expect(block && commandsIn(block)).toEqual(['curl -d \'{\n"a": 1 }\'', 'helm x \\\n--y'])
})
