import { assemble } from './config/assemble.ts'
import type { Environment } from './config/lookup.ts'
import { checkNotOffered } from './config/not-offered.ts'
import { isComplete, parseSettings } from './config/parse.ts'
import type { Problem } from './config/problem.ts'
import { checkRules } from './config/rules.ts'
import type { Config } from './config/type.ts'
import { choiceWarnings, typoWarnings } from './config/warnings.ts'

export { formatProblems, type Problem } from './config/problem.ts'
export { secretsOf } from './config/secrets.ts'
export type { Config } from './config/type.ts'

export type LoadedConfig =
  | { ok: true; config: Config; warnings: string[] }
  | { ok: false; problems: Problem[] }

/**
 * Reads the whole configuration from the environment, which nothing else reads.
 * Never throws: a wrong start gets every problem at once, without any value in it.
 */
export function loadConfig(env: Environment = process.env): LoadedConfig {
  const { parsed, problems: unreadable } = parseSettings(env)
  const problems = [...unreadable, ...checkRules(parsed), ...checkNotOffered(env)]
  if (problems.length > 0 || !isComplete(parsed)) return { ok: false, problems }
  return {
    ok: true,
    config: assemble(parsed),
    warnings: [...typoWarnings(env), ...choiceWarnings(parsed)],
  }
}
