import { type Environment, lookup } from './lookup.ts'
import type { Problem } from './problem.ts'
import { problemOf, type Setting } from './setting.ts'
import { settings, type Values } from './settings.ts'

/** The values that could be read; a setting with a problem is absent, so that checks across settings pass it over. */
export type Parsed = Partial<Values>

function parseSetting<T>(setting: Setting<T>, env: Environment): { value: T | null } | { problem: Problem } {
  const found = lookup(setting, env)
  if (found.is === 'wrong') return { problem: problemOf(setting, found.wrong, found.name) }
  const text = found.is === 'text' ? found.text : setting.default
  if (text === undefined) {
    return setting.required ? { problem: problemOf(setting, 'is missing') } : { value: null }
  }
  const parsed = setting.schema.safeParse(text)
  if (parsed.success) return { value: parsed.data }
  const wrong = parsed.error.issues.map(issue => issue.message).join(', ')
  return { problem: problemOf(setting, wrong, found.is === 'text' ? found.name : setting.name) }
}

/** Reads every setting by itself, and does not stop at the first problem. */
export function parseSettings(env: Environment): { parsed: Parsed; problems: Problem[] } {
  const values: Record<string, unknown> = {}
  const problems: Problem[] = []
  for (const [key, setting] of Object.entries<Setting<unknown>>(settings)) {
    const result = parseSetting(setting, env)
    if ('problem' in result) problems.push(result.problem)
    else values[key] = result.value
  }
  // The record was filled from `settings` itself, key by key, which the type checker cannot follow.
  return { parsed: values as Parsed, problems }
}

/** Whether every setting was read. */
export const isComplete = (parsed: Parsed): parsed is Values =>
  Object.keys(settings).every(key => key in parsed)
