import { describe, expect, test } from 'bun:test'
import { createRedactor } from '../../src/log/redactor.ts'

const { text, line } = createRedactor([])
const lineOf = (value: unknown): unknown => JSON.parse(line(`${JSON.stringify(value)}\n`))

describe('by form', () => {
  test.each([
    ['Authorization: Bearer abc.def-ghi', 'Authorization: [redacted]'],
    ['sent bearer abc.def-ghi, refused', 'sent bearer [redacted], refused'],
    ['Cookie: sid=1; theme=dark\nnext', 'Cookie: [redacted]\nnext'],
    ['whsec_MDEy+z/Q1Njc= end', 'whsec_[redacted] end'],
    ['key dodo_live_Ab12-34_56 end', 'key [redacted] end'],
    ['key dodo_test_Ab1234 end', 'key [redacted] end'],
    ['(sk_live_4eC39HqLyjWD)', '([redacted])'],
    ['line\nsk_test_4eC39HqLyjWD', 'line\n[redacted]'],
    ['risk_assessment and task_list_of_today', 'risk_assessment and task_list_of_today'],
    ['postgres://bridge:p4ss@db:5432/x', 'postgres://bridge:[redacted]@db:5432/x'],
    ['postgres://bridge:p@ss/w:rd@db/x failed', 'postgres://bridge:[redacted]@db/x failed'],
    ['redis://:p4ss@cache', 'redis://:[redacted]@cache'],
    ['https://pay.example.com:8080/a?b=c', 'https://pay.example.com:8080/a?b=c'],
  ])('%j becomes %j', (raw, redacted) => {
    expect(text(raw)).toBe(redacted)
    expect(lineOf({ msg: raw })).toEqual({ msg: redacted })
  })
})

describe('in JSON inside a text', () => {
  test.each(['sk_test_4eC39HqLyjWD', 'dodo_live_Ab1234', 'Bearer abc.def', 'whsec_MDEy', '4111111111111111'])(
    '%s is found right behind an escape',
    secret => {
      for (const escaped of ['\n', '\t', '\u0001', '"', '\\']) {
        const body = { body: JSON.stringify({ note: `${escaped}${secret}` }) }
        expect(JSON.stringify(lineOf(body))).not.toContain(secret.slice(-4))
      }
    },
  )
})

describe('e-mail addresses', () => {
  test.each([
    ['ann@example.com', 'a***@example.com'],
    ['<Ann.Lee+tag@mail.example.co.uk>', '<A***@mail.example.co.uk>'],
    ['to:ann@example.com,bob@example.org.', 'to:a***@example.com,b***@example.org.'],
    ['tab\tann@example.com', 'tab\ta***@example.com'],
    ["user='ann@example.com'", "user='a***@example.com'"],
    ["pat.o'brien@example.com", 'p***@example.com'],
    ['jürgen@müller.de', 'j***@müller.de'],
    ['用户@例子.公司', '用***@例子.公司'],
    ['"john doe"@example.com', 'j***@example.com'],
    ['\u0001ann@example.com', '\u0001a***@example.com'],
    ['at /node_modules/@scope/name/index.js', 'at /node_modules/@scope/name/index.js'],
    ['dodopayments@2.52.0', 'dodopayments@2.52.0'],
  ])('%j becomes %j', (raw, redacted) => {
    expect(text(raw)).toBe(redacted)
    expect(text(redacted)).toBe(redacted)
    expect(lineOf([raw, { [raw]: 1 }])).toEqual([redacted, { [redacted]: 1 }])
  })
})

describe('card numbers', () => {
  test.each([
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '378282246310005',
    '3782 822463 10005',
    '30569309025904',
    '3056 930902 5904',
    '4222222222222',
    '6304000000000000000',
  ])('%s is masked wherever it stands', card => {
    for (const [before, after] of [
      ['', ''],
      ['card:', '.'],
      ['pay_', 'x'],
      ['\n', '\u0001'],
      ['\u0001', ' '],
      ['end.', ','],
    ]) {
      expect(text(before + card + after)).toBe(`${before}[card]${after}`)
      expect(lineOf({ note: before + card + after })).toEqual({ note: `${before}[card]${after}` })
    }
  })

  test('one sent as a number becomes text, and the line stays JSON', () => {
    expect(lineOf({ note: 4111111111111111, list: [4111111111111111] })).toEqual({
      note: '[card]',
      list: ['[card]'],
    })
  })

  test.each([
    '4111111111111112',
    '411111111111',
    '1795353325790',
    '11111111-1111-4111-8111-111111111111',
    '0.4111111111111111',
    '41111111111111110000000',
    '2026-11-22 13:00:00.123',
  ])('%s is no card number', number => {
    expect(text(`n ${number} n`)).toBe(`n ${number} n`)
  })
})

describe('by name', () => {
  test.each([
    'password',
    'clientSecret',
    'client_secret',
    'apiKey',
    'x-api-key',
    'hmacKeys',
    'accessToken',
    'Authorization',
    'set-cookie',
    'x-lago-signature',
    'webhook-signature',
    'card_number',
    'cvc',
  ])('what stands under %s is hidden at any depth, whatever it is', name => {
    for (const value of ['s3 "cr"et', 12345, ['s3cret'], { a: { b: 's3cret' } }]) {
      expect(lineOf({ a: [{ [name]: value, kept: 1 }] })).toEqual({ a: [{ [name]: '[redacted]', kept: 1 }] })
    }
    for (const value of [null, true]) expect(lineOf({ [name]: value })).toEqual({ [name]: value })
  })

  test.each([
    ['{"token":"s3\\"cret","id":1}', '{"token":"[redacted]","id":1}'],
    ["{ apiKey: 's3\\'cret', id: 1 }", "{ apiKey: '[redacted]', id: 1 }"],
    ['GET /x?access_token=s3cret&id=1', 'GET /x?access_token=[redacted]&id=1'],
    ['DODO_API_KEY=s3cret PORT=1', 'DODO_API_KEY=[redacted] PORT=1'],
    ['{"password":"s3cret cut off', '{"password":"[redacted]'],
    ['the token is expired: sign in again', 'the token is expired: sign in again'],
    ['invalid token: expired', 'invalid token: expired'],
  ])('the text %j becomes %j', (raw, redacted) => {
    expect(text(raw)).toBe(redacted)
  })

  test('also in JSON inside JSON inside a text, and nothing around it is lost', () => {
    const body = (secret: string) =>
      JSON.stringify({
        body: JSON.stringify({ inner: JSON.stringify({ id: 1, token: secret, kept: 'x' }), z: 2 }),
      })
    for (const secret of ['s3cret', 's3"cr\\et']) expect(text(body(secret))).toBe(body('[redacted]'))
  })

  test('a line that is no JSON is redacted as text', () => {
    expect(line('{"token":"s3cret" broken')).toBe('{"token":"[redacted]" broken')
  })
})

describe('known secrets', () => {
  const known = createRedactor(['short-secret', 'short-secret-and-longer', 'a.b*c(d)[e]^$|?+', ''])

  test('the longest is removed whole', () => {
    expect(known.text('x short-secret-and-longer y short-secret z')).toBe('x [redacted] y [redacted] z')
  })

  test('are taken literally', () => {
    expect(known.text('a.b*c(d)[e]^$|?+')).toBe('[redacted]')
    expect(known.text('aXb*c(d)[e]^$|?+')).toBe('aXb*c(d)[e]^$|?+')
  })

  test('of digits are found in numbers', () => {
    const numeric = createRedactor(['9007199254740991'])
    expect(JSON.parse(numeric.line('{"n":9007199254740991}\n'))).toEqual({ n: '[redacted]' })
  })

  test('a clean line is passed on as it is', () => {
    const clean = '{"level":"info","msg":"1.0","n":1.0}\n'
    expect(known.line(clean)).toBe(clean)
  })
})
