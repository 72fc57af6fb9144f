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

async function bringUpToDate(path: string, write: boolean): Promise<boolean> {
  const file = Bun.file(path)
  const current = (await file.exists()) ? await file.text() : ''
  const wanted = basename(path) === '.env.example' ? environmentExample() : withTable(current)
  if (current === wanted) return true
  if (write) await Bun.write(path, wanted)
  console.log(
    `${path} ${write ? 'was written' : 'differs from the settings in the code: run `bun run docs:config`'}`,
  )
  return write
}

/** `bun scripts/config-table.ts [README.md] [--check]`: the README and the `.env.example` beside it. */
if (import.meta.main) {
  const args = process.argv.slice(2)
  const readme = args.find(arg => !arg.startsWith('--')) ?? 'README.md'
  const files = [readme, join(dirname(readme), '.env.example')]
  const results = await Promise.all(files.map(path => bringUpToDate(path, !args.includes('--check'))))
  process.exit(results.every(Boolean) ? 0 : 1)
}
