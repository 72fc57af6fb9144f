/** Where a command writes; a test reads it. */
export type Output = { out(text: string): void; err(text: string): void }

export const terminal: Output = {
  out: text => process.stdout.write(`${text}\n`),
  err: text => process.stderr.write(`${text}\n`),
}

const WIDEST = 60

/** Rows under headings, in columns as wide as they need; a cell that is too long is cut. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  widest = WIDEST,
): string {
  const cells = [headings, ...rows].map(row => row.map(cell => cut(cell, widest)))
  const widths = headings.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  return cells
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const cut = (text: string, widest: number): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line
}

/** JSON for programs; amounts are decimal strings. */
export const json = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v), 2)
