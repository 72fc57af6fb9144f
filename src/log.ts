import pino, { type DestinationStream, type Logger } from 'pino'
import { type Config, secretsOf } from './config.ts'
import { createRedactor } from './log/redactor.ts'

export type { Logger } from 'pino'

const known = new Set<string>()
let redactor = createRedactor(known)

/** Redacts text that leaves the process, such as an error answer. Knows the secrets of every logger created so far. */
export const redact = (text: string): string => redactor.text(text)

const withCauses = pino.stdSerializers.errWithCause

/**
 * A logger of JSON lines that never hold a secret: every line is redacted whole, after it was serialised, so
 * that messages, stacks, nested causes and bindings are covered alike. Writes to standard output by default.
 */
export function createLogger(config: Config, destination?: DestinationStream): Logger {
  for (const secret of secretsOf(config)) known.add(secret)
  redactor = createRedactor(known)
  const { line } = redactor
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { err: withCauses, error: withCauses, cause: withCauses },
      hooks: { streamWrite: line },
    },
    destination ?? pino.destination(1),
  )
}
