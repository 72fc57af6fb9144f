import { describe, expect, test } from 'bun:test'
import { complaints, configOf, WEBHOOK_KEY } from './environment.ts'

describe('addresses', () => {
  test.each([
    ['https://api.getlago.com', 'https://api.getlago.com/api/v1'],
    ['https://api.getlago.com/', 'https://api.getlago.com/api/v1'],
    ['https://api.getlago.com/api/v1', 'https://api.getlago.com/api/v1'],
    ['https://api.getlago.com/api/v1//', 'https://api.getlago.com/api/v1'],
    ['https://lago.example.com/api', 'https://lago.example.com/api/api/v1'],
    ['http://localhost:3000', 'http://localhost:3000/api/v1'],
  ])('LAGO_API_URL %s is called at %s', (given, called) => {
    expect(configOf({ LAGO_API_URL: given }).lago.apiUrl).toBe(called)
  })

  test.each([
    'api.getlago.com',
    'ftp://api.getlago.com',
    'https://',
    'https://user:pass@api.getlago.com',
    'https://api.getlago.com?x=1',
    'https://api.getlago.com#x',
  ])('%s is no LAGO_API_URL', given => {
    expect(complaints({ LAGO_API_URL: given })).toHaveLength(1)
  })

  test('a public URL leaves room for a pay link in 140 characters', () => {
    const longest = `https://${'a'.repeat(88)}.com`
    expect(configOf({ PUBLIC_URL: `${longest}/` }).publicUrl).toBe(longest)
    expect(`${longest}/pay/${'x'.repeat(22)}`.length).toBeLessThanOrEqual(140)
    expect(complaints({ PUBLIC_URL: `https://${'a'.repeat(89)}.com` })).toEqual([
      'PUBLIC_URL has 101 characters',
    ])
  })

  test('DATABASE_URL is Postgres, or blank for the embedded one', () => {
    const url = 'postgresql://u:p%40ss@db1:5432,db2:5432/bridge?sslmode=require'
    expect(configOf({ DATABASE_URL: ` ${url}\n` }).databaseUrl).toBe(url)
    expect(configOf({ DATABASE_URL: ' ' }).databaseUrl).toBeNull()
    expect(complaints({ DATABASE_URL: 'mysql://u:p@db/bridge' })).toEqual(['DATABASE_URL has the wrong form'])
  })
})

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, ms) => {
    expect(configOf({ STEP_BACKOFF_MAX: text, STEP_BACKOFF: '1ms' }).worker.backoffMaxMs).toBe(ms)
  })

  test.each(['10', '1.5s', '-1s', '1 s', 's', '1w', '1S', '99999999999d'])('%s is no duration', text => {
    expect(complaints({ LEASE: text })).toEqual(['LEASE is not a duration'])
  })

  test('one out of bounds is refused', () => {
    expect(complaints({ LEASE: '100ms', POLL_INTERVAL: '2m' })).toEqual([
      'LEASE is out of range',
      'POLL_INTERVAL is out of range',
    ])
  })

  test.each(['', ' ', 'none'])('a retry schedule of %p means no further attempt', text => {
    expect(configOf({ PAYMENT_RETRY_SCHEDULE: text }).retrySchedule).toEqual([])
  })

  test('a retry schedule keeps its order and says which entry is wrong', () => {
    expect(configOf({ PAYMENT_RETRY_SCHEDULE: '2h, 1d ,5m' }).retrySchedule).toEqual([
      7_200_000, 86_400_000, 300_000,
    ])
    expect(complaints({ PAYMENT_RETRY_SCHEDULE: '2h,soon,,0s' })).toEqual([
      'PAYMENT_RETRY_SCHEDULE is not a duration in entry 2, is empty in entry 3, is out of range in entry 4',
    ])
  })
})

describe('numbers and words', () => {
  test.each(['0', '65536', '-1', '80.5', '0x50', '1e3', 'http', '9'.repeat(30)])(
    'PORT %s is refused',
    text => {
      expect(complaints({ PORT: text })).toHaveLength(1)
    },
  )

  test.each([
    ['test', 'test_mode'],
    ['live', 'live_mode'],
  ] as const)('DODO_ENVIRONMENT %s is read as %s', (text, mode) => {
    const env = { PUBLIC_URL: 'https://pay.example.com', DATABASE_URL: 'postgres://u:p@db/bridge' }
    expect(configOf({ ...env, DODO_ENVIRONMENT: text }).dodo.environment).toBe(mode)
  })

  test.each(['production', 'LIVE_MODE', 'live mode', 'sandbox'])(
    'DODO_ENVIRONMENT %s stops the start instead of falling back to a mode',
    text => {
      expect(complaints({ DODO_ENVIRONMENT: text })).toEqual([
        'DODO_ENVIRONMENT is none of the words it may be',
      ])
    },
  )

  test.each(['USD', 'USD:', ':pdt_1', 'USDX:pdt_1', 'USD:pdt_1:x', 'USD:pdt 1', 'USD:pdt_1,usd:pdt_2'])(
    'DODO_PRODUCTS %s is refused',
    text => {
      expect(complaints({ DODO_PRODUCTS: text })).toHaveLength(1)
    },
  )
})

describe('signing keys', () => {
  test('several are accepted, with whsec_ or without', () => {
    const bare = WEBHOOK_KEY.slice('whsec_'.length)
    expect(configOf({ DODO_WEBHOOK_KEY: `${WEBHOOK_KEY} , ${bare}` }).dodo.webhookKeys).toEqual([
      WEBHOOK_KEY,
      bare,
    ])
  })

  test.each([
    ['whsec_', 'is not base64'],
    ['whsec_not base64!', 'is not base64'],
    ['whsec_MDEyMzQ1Njc4OWFiY2Rl', 'decodes to fewer than 16 bytes'],
    ['whsec_MDEyMzQ1Njc4OWFiY2RlZg', 'is not base64'],
    [`${WEBHOOK_KEY},whsec_c2hvcnQ=`, 'decodes to fewer than 16 bytes in entry 2'],
  ])('%s is refused', (text, wrong) => {
    expect(complaints({ DODO_WEBHOOK_KEY: text })).toEqual([`DODO_WEBHOOK_KEY ${wrong}`])
  })

  test('a user token secret has 32 bytes at least, counted as bytes', () => {
    const on = { BALANCE: 'ledger' }
    expect(complaints({ ...on, USER_TOKEN_SECRET: 'x'.repeat(31) })).toEqual([
      'USER_TOKEN_SECRET has fewer than 32 bytes',
    ])
    expect(configOf({ ...on, USER_TOKEN_SECRET: 'é'.repeat(16) }).topup.userTokenSecret).toBe('é'.repeat(16))
  })
})
