import { runCommand } from './command.ts'
import { payables } from './payables-command.ts'

await runCommand(payables)
