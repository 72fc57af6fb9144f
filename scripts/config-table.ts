import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { configurationTable, environmentExample } from '../src/config/document.ts'

const BEGIN = '<!-- configuration:begin (written by `bun run docs:config`) -->'
const END = '<!-- configuration:end -->'

/**
 * The text of a README with the current table between the two markers. Without markers the table is put at the end.
 * @throws if one marker stands there without the other, for what lies between could not be known.
 */
export function withTable(text: string): string {
  const block = `${BEGIN}\n\n${configurationTable()}\n\n${END}`
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin === -1 && end === -1) return text === '' ? `${block}\n` : `${text.trimEnd()}\n\n${block}\n`
  if (begin === -1 || end < begin) throw new Error(`Put both markers into the file: ${BEGIN} … ${END}`)
  return text.slice(0, begin) + block + text.slice(end + END.length)
}

const wanted = (path: string, current: string): string =>
  basename(path) === '.env.example' ? environmentExample() : withTable(current)

const filesOf = (readme: string): string[] => [readme, join(dirname(readme), '.env.example')]

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** The README and the `.env.example` beside it, as far as they are not what the code declares. */
export const configurationDiffers = (readme = 'README.md'): string[] =>
  filesOf(readme).filter(path => textOf(path) !== wanted(path, textOf(path)))

/** `bun scripts/config-table.ts [README.md] [--check]`: the README and the `.env.example` beside it. */
if (import.meta.main) {
  const args = process.argv.slice(2)
  const write = !args.includes('--check')
  const differ = configurationDiffers(args.find(arg => !arg.startsWith('--')))
  for (const path of differ) {
    if (write) writeFileSync(path, wanted(path, textOf(path)))
    console.log(
      `${path} ${write ? 'was written' : 'differs from the settings in the code: run `bun run docs:config`'}`,
    )
  }
  process.exit(write || differ.length === 0 ? 0 : 1)
}
