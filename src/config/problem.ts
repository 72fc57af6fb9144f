/** One wrong or missing setting. No field ever holds a configured value, so that it may be printed. */
export type Problem = {
  /** The environment variable to change. */
  setting: string
  /** What is wrong, in words that follow the name: `is missing`. */
  problem: string
  /** What the setting must be. */
  rule: string
  /** Where to get a right value. */
  where: string
}

/** The message that ends a wrong start: every problem with its rule and where to get the value. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 setting is' : `${problems.length} settings are`
  const entries = problems.map(
    ({ setting, problem, rule, where }) => `${setting} ${problem}.\n  Rule:  ${rule}.\n  Value: ${where}.`,
  )
  return [`lago-dodo-bridge cannot start: ${count} wrong or missing.`, ...entries].join('\n\n')
}
