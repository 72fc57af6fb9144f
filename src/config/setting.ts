import type { Kind } from './kinds/kind.ts'
import type { Problem } from './problem.ts'

/** The headings of the configuration table, in its order. */
export const GROUPS = [
  'Server',
  'Database',
  'Lago',
  'Dodo',
  'Collecting',
  'Work',
  'Notifications',
  'Operators',
  'Top-ups',
  'Telemetry',
] as const

type Declaration<T> = {
  name: string
  /** Other names of the same setting. Two names with different values are a problem. */
  aliases?: readonly string[]
  group: (typeof GROUPS)[number]
  kind: Kind<T>
  meaning: string
  /** Where an operator finds a right value. */
  where: string
  /** A secret may come from `NAME_FILE` and is never shown. */
  secret?: true
  /** A blank secret is refused, anything else blank is unset, unless this says otherwise. */
  blank?: 'unset' | 'refused' | 'value'
  required?: true
  /** The default as it would be written in the environment. */
  default?: string
  /** The default in words, where it follows from other settings. */
  defaultInWords?: string
  /** What a check across settings demands beyond the kind's own rule. */
  also?: string
}

export type Setting<T> = Omit<Declaration<T>, 'kind' | 'aliases' | 'secret' | 'blank'> & {
  names: readonly [string, ...string[]]
  schema: Kind<T>['schema']
  rule: string
  secret: boolean
  blank: 'unset' | 'refused' | 'value'
}

/** Declares a setting once: parsing, messages, the README's table and `.env.example` all come from here. */
export function setting<T>(declared: Declaration<T> & ({ default: string } | { required: true })): Setting<T>
export function setting<T>(declared: Declaration<T>): Setting<T | null>
export function setting<T>({ kind, aliases = [], secret, blank, ...rest }: Declaration<T>): Setting<T> {
  return {
    ...rest,
    names: [rest.name, ...aliases],
    schema: kind.schema,
    rule: rest.also === undefined ? kind.rule : `${kind.rule}; ${rest.also}`,
    secret: secret === true,
    blank: blank ?? (secret ? 'refused' : 'unset'),
  }
}

/** A problem of a setting, with the setting's own rule and source of values. */
export const problemOf = <T>({ name, rule, where }: Setting<T>, problem: string, as = name): Problem => ({
  setting: as,
  problem,
  rule,
  where,
})
