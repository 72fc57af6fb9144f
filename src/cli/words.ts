import { duration } from '../config/kinds/duration.ts'
import { Usage } from './command.ts'

const anyDuration = duration('1s', '3650d')

/** `30m`, `7d` in milliseconds. Throws Usage. */
export function durationMs(option: string, text: string): number {
  const parsed = anyDuration.schema.safeParse(text)
  if (!parsed.success) throw new Usage(`${option} is ${anyDuration.rule}`)
  return parsed.data
}
