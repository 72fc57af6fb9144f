import type { Command } from './command.ts'

/** Every command of the shipped program by its name; loaded only when it is asked for. */
export const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['doctor', async () => (await import('./doctor-command.ts')).doctor],
  ['healthcheck', async () => (await import('./healthcheck.ts')).healthcheck],
  ['migrate', async () => (await import('./migrate.ts')).migrate],
  ['payables', async () => (await import('./payables-command.ts')).payables],
  ['reconcile', async () => (await import('./reconcile-command.ts')).reconcile],
])
