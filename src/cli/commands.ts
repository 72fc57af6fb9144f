import type { Command } from './command.ts'

/** Every command of the shipped program by its name; loaded only when it is asked for. */
export const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['healthcheck', async () => (await import('./healthcheck.ts')).healthcheck],
  ['payables', async () => (await import('./payables-command.ts')).payables],
  ['reconcile', async () => (await import('./reconcile-command.ts')).reconcile],
])
