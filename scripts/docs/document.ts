/** A fenced block of a document: its language, its text, where it stands, and why it is not run, if that is said. */
export type Block = { language: string; text: string; line: number; notRun: string | null }

export type Document = { path: string; text: string; blocks: Block[] }

/** Something a document says that is not so. */
export type Problem = { path: string; line: number; say: string }

const NOT_RUN = /^\s*<!-- not run: (.+) -->\s*$/
const FENCE = /^(\s*)```(\w*)\s*$/

/** Reads a document; `line` counts from 1 and is that of the block's first line. */
export function readDocument(path: string, text: string): Document {
  const blocks: Block[] = []
  const lines = text.split('\n')
  let open: Block | null = null
  let notRun: string | null = null
  for (const [index, line] of lines.entries()) {
    const fence = FENCE.exec(line)
    if (open && fence) {
      blocks.push(open)
      open = null
      notRun = null
    } else if (open) open.text += `${line}\n`
    else if (fence) open = { language: fence[2] ?? '', text: '', line: index + 2, notRun }
    else if (line.trim() !== '') notRun = NOT_RUN.exec(line)?.[1] ?? null
  }
  return { path, text, blocks }
}

/** The text without its blocks, line for line. */
export function proseOf({ text }: Document): string[] {
  let inside = false
  return text.split('\n').map(line => {
    const fence = FENCE.test(line)
    if (fence) inside = !inside
    return fence || inside ? '' : line
  })
}

/** The commands of a block of shell: lines that are continued or quoted over several are one; comments are none. */
export function commandsIn(block: Block): string[] {
  const commands: string[] = []
  let current = ''
  for (const line of block.text.split('\n')) {
    current = current === '' ? line.trim() : `${current}\n${line.trim()}`
    const quotes = current.match(/(?<!\\)'/g)?.length ?? 0
    if (quotes % 2 === 1 || current.endsWith('\\')) continue
    const command = current.replace(/(^|\s+)#\s.*$/, '').trim()
    if (command !== '') commands.push(command)
    current = ''
  }
  return commands
}
