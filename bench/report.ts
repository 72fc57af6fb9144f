/** One line of the table. `met`: whether what was wanted was reached; left out where nothing was. */
export type Row = {
  measured: string
  result: string
  beside?: string
  wanted?: string
  met?: boolean
  says?: string
}

/** The rows as a table in Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ measured, result, beside = '', wanted, met, says }) => {
    const verdict =
      wanted === undefined ? '' : `${wanted}: ${met ? 'met' : '**not met**'}${says ? `, ${says}` : ''}`
    return `| ${measured} | ${result} | ${beside} | ${verdict} |`
  })
  return ['| measured | result | beside it | wanted |', '|---|---|---|---|', ...lines].join('\n')
}

const inFence = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n')

/** Bars, as a Mermaid chart. */
export function ratesPlot(title: string, rates: Readonly<Record<string, number>>): string {
  const names = Object.keys(rates).map(name => JSON.stringify(name))
  const values = Object.values(rates).map(rate => Math.round(rate))
  return inFence([
    'xychart-beta horizontal',
    `  title ${JSON.stringify(title)}`,
    `  x-axis [${names.join(', ')}]`,
    `  y-axis "a second" 0 --> ${Math.ceil(Math.max(...values) / 1000) * 1000}`,
    `  bar [${values.join(', ')}]`,
  ])
}

const MOST_POINTS = 30

/** Memory over time, as a Mermaid chart. */
export function memoryPlot(samples: readonly { minute: number; memory: number }[]): string {
  const step = Math.max(1, Math.ceil(samples.length / MOST_POINTS))
  const shown = samples.filter((_, n) => n % step === 0)
  const minutes = shown.map(({ minute }) => Math.round(minute))
  return inFence([
    'xychart-beta',
    '  title "Resident memory of the service over time"',
    `  x-axis "minutes" ${minutes[0] ?? 0} --> ${minutes.at(-1) ?? 0}`,
    '  y-axis "MB" 0 --> 250',
    `  line [${shown.map(({ memory }) => Math.round(memory)).join(', ')}]`,
  ])
}
