import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { secretsOf } from '../src/config.ts'
import { createLogger, type Logger, redact } from '../src/log.ts'
import { configOf, USER_TOKEN_SECRET, WEBHOOK_KEY } from './config/environment.ts'

const ADMIN_TOKEN = 'admin"token\\with/odd+signs&16'
const DATABASE_PASSWORD = 'pass-of-database'

const config = configOf({
  DATABASE_URL: `postgres://bridge:${DATABASE_PASSWORD}@db.internal/bridge`,
  ADMIN_TOKEN,
  BALANCE: 'ledger',
  USER_TOKEN_SECRET,
  NOTIFY_URL: 'https://hooks.example.com',
  NOTIFY_KEY: 'whsec_bm90aWZ5LW5vdGlmeS1ub3RpZnktbm90aWZ5LW5vdGk=',
  LOG_LEVEL: 'debug',
})
const secrets = secretsOf(config)

/** What a logger writes while `use` runs: the raw text. */
function written(use: (logger: Logger) => void): string {
  let output = ''
  const write = (line: string) => {
    output += line
  }
  use(createLogger(config, { write }))
  return output
}

/** The only line of a text, parsed. @throws if it is not one line of valid JSON. */
function parsed(output: string): Record<string, unknown> {
  const [line = '', rest, ...more] = output.split('\n')
  if (rest !== '' || more.length > 0) throw new Error(`not one line: ${output}`)
  return JSON.parse(line)
}

const logged = (fields: object, message?: string) => parsed(written(logger => logger.info(fields, message)))

describe('a line', () => {
  test('is one JSON object with its level in words and its time in UTC', () => {
    const line = logged({ payable: 'invoice:1', attempt: 2 }, 'recorded')
    expect(line).toEqual({
      level: 'info',
      time: expect.any(String),
      payable: 'invoice:1',
      attempt: 2,
      msg: 'recorded',
    })
    expect(new Date(String(line['time'])).toISOString()).toBe(String(line['time']))
  })

  test('below the level is not written', () => {
    expect(written(logger => logger.trace('nothing'))).toBe('')
    expect(written(logger => logger.debug('something'))).not.toBe('')
  })

  test('that holds nothing secret keeps every value, large amounts to the last digit', () => {
    const fields = {
      id: '11111111-1111-4111-8111-111111111111',
      at: 1_795_353_325_794,
      ratio: 0.4111111111111111,
      none: null,
      yes: true,
      list: [1, 'two', { three: 3 }],
      text: 'signature is wrong: message timestamp too old; basic plan; task_list; https://pay.example.com/pay/abc',
      lease_token: 'a-fencing-token',
    }
    expect(logged(fields)).toMatchObject(fields)
    const output = written(logger => logger.info({ amount: 12345678901234567890n, mail: 'ann@example.com' }))
    expect(output).toContain('"amount":12345678901234567890,')
  })
})

test.each(['err', 'error', 'cause'])('an error under %s keeps its message, its code and its causes', name => {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  expect(logged({ [name]: new Error('no answer', { cause }) })[name]).toMatchObject({
    type: 'Error',
    message: 'no answer',
    stack: expect.stringContaining('no answer'),
    cause: { message: 'refused', code: 'ECONNREFUSED' },
  })
})

describe('a configured secret', () => {
  const places: [string, (secret: string) => (logger: Logger) => void][] = [
    ['the message', s => logger => logger.info(`key is ${s}!`)],
    ['a message argument', s => logger => logger.info('key is %s', s)],
    ['an object argument', s => logger => logger.info('key is %j', { inner: s })],
    ['a field', s => logger => logger.info({ field: s })],
    ['a nested field', s => logger => logger.info({ a: { b: [{ c: `x${s}y` }] } })],
    ['the name of a field', s => logger => logger.info({ a: { [`x${s}`]: 1 } })],
    ['a binding', s => logger => logger.child({ bound: s }).info('hello')],
    ['an error’s message and stack', s => logger => logger.error(new Error(`bad key ${s}`))],
    [
      'an error field',
      s => logger => logger.error({ error: Object.assign(new Error('x'), { sent: { s } }) }),
    ],
    [
      'a nested cause',
      s => logger =>
        logger.error({ err: new Error('outer', { cause: new TypeError('inner', { cause: new Error(s) }) }) }),
    ],
    ['an aggregate error', s => logger => logger.error(new AggregateError([new Error(s)], 'several'))],
    ['JSON inside a text', s => logger => logger.info({ body: JSON.stringify({ sent: s }) })],
    [
      'JSON inside JSON inside a text',
      s => logger => logger.info(JSON.stringify({ body: JSON.stringify([s]) })),
    ],
    ['an address', s => logger => logger.info(`GET /?q=${encodeURIComponent(s)}`)],
    ['a line that also breaks', s => logger => logger.info(`first\n${s}\tnext\u0001${s}`)],
    ['a toJSON method', s => logger => logger.info({ value: { toJSON: () => ({ s }) } })],
  ]

  test.each(places)('never reaches a line through %s', (_, log) => {
    for (const secret of secrets) {
      const output = written(log(secret))
      const inner = JSON.stringify(secret).slice(1, -1)
      for (const form of [secret, inner, JSON.stringify(inner).slice(1, -1), encodeURIComponent(secret)]) {
        expect(output).not.toContain(form)
      }
      expect(parsed(output)).toHaveProperty('level')
      expect(output).toContain('[redacted]')
    }
  })

  test('of another logger is known to redact() too', () => {
    written(logger => logger.info('started'))
    for (const secret of secrets) expect(redact(`Dodo said: ${secret}.`)).toBe('Dodo said: [redacted].')
  })

  test('a webhook key is known without its prefix', () => {
    expect(JSON.stringify(logged({ key: WEBHOOK_KEY.slice('whsec_'.length) }))).not.toContain('MDEyMzQ1')
  })

  test('is never serialised, wherever in an object it hides', () => {
    const hidden = fc.constantFrom(...secrets)
    const around = fc.string({ unit: 'binary', maxLength: 6 })
    const leaf = fc.oneof(
      fc.tuple(around, hidden, around).map(parts => parts.join('')),
      hidden,
      hidden.map(secret => JSON.stringify({ secret })),
      hidden.map(secret => new Error(secret)),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.constant(null),
    )
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.oneof(around, hidden), tie('tree')),
      ),
    }))
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'err', 'value', '__proto__'), tree),
        hidden,
        (fields, secret) => {
          const output = written(logger => logger.info(fields, `end ${secret}`))
          const everything = JSON.stringify(parsed(output))
          for (const known of secrets) {
            expect(output).not.toContain(known)
            expect(everything).not.toContain(JSON.stringify(known).slice(1, -1))
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('speed', () => {
  test('a common line of 400 characters is searched in under 50 µs', () => {
    const fields = {
      payable: 'invoice:5f3a1c2e-9b1d-4c7e-8a2f-1b2c3d4e5f60',
      note: 'a'.repeat(300),
      attempt: 1,
    }
    const logger = createLogger(config, { write: () => undefined })
    for (let i = 0; i < 2000; i++) logger.info(fields, 'warm')
    const start = performance.now()
    for (let i = 0; i < 5000; i++) logger.info(fields, 'measured')
    expect((performance.now() - start) / 5000).toBeLessThan(0.05)
  })

  test.each([
    ['a', 200_000],
    ['a@', 100_000],
    ['1', 200_000],
    ['1234 ', 40_000],
    ['a://b:', 30_000],
    ['token="', 30_000],
    ['token\\"', 30_000],
    ['a.', 100_000],
    ['"', 200_000],
    ['\\', 200_000],
    ['sk_', 60_000],
    ['bearer ', 30_000],
  ])('a hostile text of %p, repeated, is redacted in under two seconds of work', (part, times) => {
    const before = process.cpuUsage()
    redact(part.repeat(times))
    written(logger => logger.info(part.repeat(times)))
    // What it costs, not how long it took: other work on the machine does not count.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000)
  })
})
