import { runCommand } from './command.ts'
import { reconcile } from './reconcile-command.ts'

await runCommand(reconcile)
