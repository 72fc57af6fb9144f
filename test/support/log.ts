import pino from 'pino'

/** Tests say what went wrong themselves; `TEST_LOG=debug` shows what the bridge says too. */
export const silentLog = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
