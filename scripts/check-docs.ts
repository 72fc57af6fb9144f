import { existsSync, readFileSync } from 'node:fs'
import { COMMANDS } from '../src/cli/commands.ts'
import { allSettings } from '../src/config/settings.ts'
import { TRIED } from '../test/docs/tried.ts'
import { configurationDiffers } from './config-table.ts'
import { untried } from './docs/commands.ts'
import { type Document, type Problem, readDocument } from './docs/document.ts'
import { brokenLinks } from './docs/links.ts'
import { type Known, unknownNames } from './docs/names.ts'

/** Where variables that are no setting of the service are read or declared. */
const ELSEWHERE = [
  '{docker-compose.yml,Dockerfile,package.json}',
  'deploy/*',
  'bench/**/*.ts',
  'scripts/**/*.{ts,sh}',
  'sandbox/**/*.ts',
  'test/{support,shipping,fuzz,simulation}/**/*.{ts,sh}',
]
/** What stands for any secret, what Node itself reads, and what a reader of an example keeps for the next line. */
const OTHERS = ['NAME_FILE', 'NODE_EXTRA_CA_CERTS', 'USER_TOKEN', 'TOPUP_ID']
/** It is about the code of Lago, and names what is there. */
const ABOUT_LAGO = 'examples/lago-native/README.md'
const HELP: Readonly<Record<string, string>> = {
  doctor: 'src/cli/doctor-command.ts',
  payables: 'src/cli/payables-command.ts',
  reconcile: 'src/cli/reconcile-command.ts',
  sandbox: 'sandbox/main.ts',
  demo: 'sandbox/demo/main.ts',
}

const read = (path: string) => readFileSync(path, 'utf8')
const find = (pattern: string) => [...new Bun.Glob(pattern).scanSync({ dot: true })].sort()

function knownNames(): Known {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const others = ELSEWHERE.flatMap(find).map(read).join('\n')
  const otherNames = new Set([...OTHERS, ...(others.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [])])
  return {
    scripts: new Set(Object.keys(scripts)),
    commands: new Set(COMMANDS.keys()),
    settings: new Set(allSettings.flatMap(({ names }) => names.flatMap(name => [name, `${name}_FILE`]))),
    isOther: name => otherNames.has(name),
    hasFlag(script, flag) {
      const help = HELP[script]
      return help === undefined ? null : read(help).includes(flag)
    },
  }
}

/** Secrets whose rotation nobody has written down. */
function unrotated(documents: readonly Document[]): Problem[] {
  const path = 'docs/operations.md'
  const text = documents.find(document => document.path === path)?.text ?? ''
  const rotation = text.slice(text.indexOf('## Rotating secrets'), text.indexOf('## Scaling out'))
  return allSettings
    .filter(({ name, secret }) => secret && !rotation.includes(`| \`${name}\` |`))
    .map(({ name }) => ({ path, line: 1, say: `it does not say how ${name} is rotated` }))
}

/** Pages that the index does not lead to. */
function unlisted(documents: readonly Document[]): Problem[] {
  const index = documents.find(({ path }) => path === 'docs/README.md')
  return documents.flatMap(({ path }) => {
    const name = /^docs\/([\w-]+\.md)$/.exec(path)?.[1]
    if (name === undefined || name === 'README.md' || index?.text.includes(`(${name})`)) return []
    return [{ path, line: 1, say: 'docs/README.md does not lead here' }]
  })
}

/** All that is wrong in the documents of the folder this is run in. */
export function checkDocuments(): Problem[] {
  const paths = [
    ...find('*.md'),
    ...find('docs/**/*.md'),
    ...find('examples/*/README.md'),
    ...find('sandbox/*/README.md'),
  ]
  const documents = paths
    .filter(path => !path.includes('node_modules') && existsSync(path))
    .map(path => readDocument(path, read(path)))
  const all = new Map(documents.map(document => [document.path, document]))
  const known = knownNames()
  const tried = (command: string) => TRIED.has(command)
  return [
    ...documents.flatMap(document => [
      ...brokenLinks(document, all),
      ...(document.path === ABOUT_LAGO ? [] : unknownNames(document, known)),
      ...untried(document, tried),
    ]),
    ...unlisted(documents),
    ...unrotated(documents),
    ...configurationDiffers().map(path => ({
      path,
      line: 1,
      say: 'differs from the settings: `bun run docs:config`',
    })),
  ]
}

/** `bun run docs:check`: links, names, commands and the table of settings, against the code. */
if (import.meta.main) {
  const problems = checkDocuments()
  for (const { path, line, say } of problems) console.log(`${path}:${line}: ${say}`)
  console.log(problems.length === 0 ? 'the documents hold' : `${problems.length} wrong`)
  process.exit(problems.length === 0 ? 0 : 1)
}
