import type { Command } from '../../src/cli/command.ts'
import type { World } from '../support/world.ts'

/** Runs a command as an operator does; its output is one text. */
export async function command(
  { config }: World,
  run: Command,
  ...args: string[]
): Promise<{ code: number; text: string }> {
  const lines: string[] = []
  const keep = (text: string) => {
    lines.push(text)
  }
  const code = await run(args, config, { out: keep, err: keep })
  return { code, text: lines.join('\n') }
}
