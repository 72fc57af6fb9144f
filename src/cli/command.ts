import { type Config, formatProblems, loadConfig } from '../config.ts'
import { type Output, terminal } from './output.ts'

/** A command that was not understood: its message says what to write instead. */
export class Usage extends Error {}

export type Command = (args: string[], config: Config, output: Output) => Promise<number>

/** Runs a command from the shell: 0 done, 1 something is left to do, 2 it could not be done. */
export async function runCommand(command: Command, args = process.argv.slice(2)): Promise<never> {
  const loaded = loadConfig()
  if (!loaded.ok) {
    terminal.err(formatProblems(loaded.problems))
    process.exit(2)
  }
  process.exit(await guarded(command, args, loaded.config, terminal))
}

/** Runs a command; what goes wrong is said in one line instead of a stack. */
export async function guarded(
  command: Command,
  args: string[],
  config: Config,
  output: Output,
): Promise<number> {
  try {
    return await command(args, config, output)
  } catch (error) {
    output.err(error instanceof Error ? error.message : String(error))
    return 2
  }
}
