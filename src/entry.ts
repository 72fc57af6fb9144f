import { runCommand } from './cli/command.ts'
import { COMMANDS } from './cli/commands.ts'

/** The program as it is shipped: the service, and beside it the commands of an operator in the same file. */
const [name = 'serve', ...args] = process.argv.slice(2)
const load = COMMANDS.get(name)

if (name === 'serve') await import('./main.ts')
else if (load !== undefined) await runCommand(await load(), args)
else {
  console.error(`There is no command ${name}. Give none, or serve, for the service, or one of these:
  ${[...COMMANDS.keys()].join('\n  ')}`)
  process.exit(2)
}
