import { spawnSync } from 'node:child_process'
import { findSecrets } from './secret-patterns.ts'

/**
 * Looks for secrets in every tracked file as it stands and in every line that was ever committed: `bun run scan:secrets`.
 * Works offline. Ends with 1 if there is one that `secret-patterns.ts` does not know to be harmless.
 */
const MOST_BYTES = 1024 * 1024 * 1024

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: MOST_BYTES })
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`)
  return stdout
}

const found: string[] = []
const files = git('ls-files', '-z').split('\0').filter(Boolean)
for (const file of files) {
  const content = await Bun.file(file)
    .text()
    .catch(() => '')
  for (const [index, line] of content.split('\n').entries())
    for (const secret of findSecrets(line)) found.push(`${file}:${index + 1}: ${secret}`)
}

let commit = ''
let file = ''
let lines = 0
for (const line of git(
  'log',
  '--all',
  '-p',
  '-U0',
  '--no-color',
  '--no-ext-diff',
  '--format=commit %H',
).split('\n')) {
  if (line.startsWith('commit ')) commit = line.slice(7, 19)
  else if (line.startsWith('+++ ')) file = line.slice(6)
  else if (line.startsWith('+')) {
    lines++
    for (const secret of findSecrets(line.slice(1))) found.push(`${commit} ${file}: ${secret}`)
  }
}

const unique = [...new Set(found)]
for (const one of unique) console.error(one)
console.log(`${files.length} files and ${lines} lines of history were searched: ${unique.length} secrets`)
process.exit(unique.length === 0 ? 0 : 1)
