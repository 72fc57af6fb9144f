import type { Document, Problem } from './document.ts'

/** What a document may name. */
export type Known = {
  scripts: ReadonlySet<string>
  /** The commands of the shipped program. */
  commands: ReadonlySet<string>
  settings: ReadonlySet<string>
  /** Variables that are no setting: those of Compose, tests and benches. */
  isOther(name: string): boolean
  /** Whether the help of a script names a flag; null for a script without flags of its own. */
  hasFlag(script: string, flag: string): boolean | null
}

const RUN = /\bbun(?:@[\d.]+)? (?:--\S+ )*run (?:--silent )?([\w][\w:-]*)((?: [^`|&;#\n]*)?)/g
const PROGRAM = /(?:\/app\/|`)bridge ([a-z]+)/g
const VARIABLE = /\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b/g
const FLAG = /(?<= )--[a-z][a-z-]*/g

/** Names of scripts, commands, flags and variables that there are not. */
export function unknownNames({ path, text }: Document, known: Known): Problem[] {
  let fenced = false
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*```/.test(line)) {
      fenced = !fenced
      return []
    }
    const code = fenced ? line : (line.match(/`[^`]+`/g) ?? []).join('\n')
    return [...faults(code, known)].map(say => ({ path, line: index + 1, say }))
  })
}

function* faults(code: string, known: Known): Generator<string> {
  for (const [, script = '', rest = ''] of code.matchAll(RUN)) {
    if (!known.scripts.has(script)) yield `package.json has no script ${script}`
    for (const [flag] of rest.matchAll(FLAG))
      if (known.hasFlag(script, flag) === false) yield `bun run ${script} has no ${flag}`
  }
  for (const [, command = ''] of code.matchAll(PROGRAM))
    if (command !== 'serve' && !known.commands.has(command)) yield `the program has no command ${command}`
  for (const [name] of code.matchAll(VARIABLE))
    if (!known.settings.has(name) && !known.isOther(name)) yield `there is no setting ${name}`
}
