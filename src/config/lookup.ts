import { readFileSync } from 'node:fs'
import type { Setting } from './setting.ts'

/** The environment's variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

type Found = { name: string; text: string }

/** What the environment says of a setting: nothing, one text, or what is wrong with the variable `name`. */
export type Lookup = { is: 'unset' } | ({ is: 'text' } & Found) | { is: 'wrong'; name: string; wrong: string }

const wrong = (name: string, text: string): Lookup => ({ is: 'wrong', name, wrong: text })

/** An error's message would repeat the path, which is a secret when the secret itself was put there. */
const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable'

function fromFile(name: string, path: string): Lookup {
  try {
    return { is: 'text', name, text: readFileSync(path, 'utf8').trim() }
  } catch (error) {
    return wrong(name, `names a file that cannot be read (${errorCode(error)})`)
  }
}

/** Finds the text of a setting under any of its names, and of a secret in `NAME_FILE` too. Trimmed. */
export function lookup<T>({ names, secret, blank }: Setting<T>, env: Environment): Lookup {
  const found: Found[] = []
  for (const name of names) {
    const direct = env[name]?.trim()
    const path = secret ? env[`${name}_FILE`]?.trim() : undefined
    if (direct && path) return wrong(name, `and ${name}_FILE are both set`)
    if (path === '' && blank === 'refused') return wrong(`${name}_FILE`, 'is set but empty')
    const source: Lookup = path ? fromFile(`${name}_FILE`, path) : { is: 'text', name, text: direct ?? '' }
    if (source.is !== 'text') return source
    if (direct === undefined && !path) continue
    if (source.text === '' && blank === 'refused') return wrong(source.name, 'is set but empty')
    if (source.text !== '' || blank === 'value') found.push(source)
  }
  const [first, ...others] = found
  if (first === undefined) return { is: 'unset' }
  const different = others.find(other => other.text !== first.text)
  if (different !== undefined) return wrong(first.name, `and ${different.name} have different values`)
  return { is: 'text', ...first }
}
