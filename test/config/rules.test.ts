import { describe, expect, test } from 'bun:test'
import { formatProblems, loadConfig } from '../../src/config.ts'
import {
  complaints,
  configOf,
  live,
  minimal,
  problemsOf,
  USER_TOKEN_SECRET,
  WEBHOOK_KEY,
  without,
} from './environment.ts'

describe('a wrong start', () => {
  test('names every wrong and missing setting at once, each with its rule and where to get the value', () => {
    const problems = problemsOf({
      PORT: 'http',
      LAGO_API_URL: 'api.getlago.com',
      DODO_ENVIRONMENT: 'production',
      LEASE: '5',
      AUTO_CHARGE: 'on',
    })
    expect(problems.map(problem => problem.setting)).toEqual([
      'PORT',
      'LAGO_API_URL',
      'LAGO_API_KEY',
      'DODO_API_KEY',
      'DODO_ENVIRONMENT',
      'LEASE',
      'DODO_PRODUCTS',
      'LAGO_WEBHOOK_HMAC_KEY',
      'AUTO_CHARGE',
    ])
    const message = formatProblems(problems)
    expect(message).toStartWith('lago-dodo-bridge cannot start: 9 settings are wrong or missing.')
    for (const { setting, problem, rule, where } of problems) {
      expect(rule.length).toBeGreaterThan(0)
      expect(where.length).toBeGreaterThan(0)
      expect(message).toContain(`${setting} ${problem}.\n  Rule:  ${rule}.\n  Value: ${where}.`)
    }
  })

  test('with one problem speaks of one setting', () => {
    expect(formatProblems(problemsOf(without('LAGO_API_KEY')))).toStartWith(
      'lago-dodo-bridge cannot start: 1 setting is wrong or missing.\n\nLAGO_API_KEY is missing.',
    )
  })

  test('an empty environment names exactly what must be set', () => {
    expect(problemsOf({}).map(problem => problem.setting)).toEqual([
      'LAGO_API_URL',
      'LAGO_API_KEY',
      'DODO_API_KEY',
      'DODO_PRODUCTS',
      'LAGO_WEBHOOK_HMAC_KEY',
    ])
  })
})

describe('live mode', () => {
  test('demands what test mode does without', () => {
    const { PUBLIC_URL, DATABASE_URL, DODO_WEBHOOK_KEY, ...rest } = live
    expect([PUBLIC_URL, DATABASE_URL, DODO_WEBHOOK_KEY]).not.toContain(undefined)
    expect(problemsOf(rest).map(({ setting, problem }) => `${setting} ${problem}`)).toEqual([
      'PUBLIC_URL is missing: live mode needs it',
      'DATABASE_URL is missing: live mode needs it',
      'DODO_WEBHOOK_KEY is missing: live mode needs it',
    ])
  })

  test('demands https wherever money or trust passes', () => {
    const found = problemsOf({
      ...live,
      PUBLIC_URL: 'http://pay.example.com',
      NOTIFY_URL: 'HTTP://hooks.example.com',
      NOTIFY_KEY: WEBHOOK_KEY,
      BALANCE: 'ledger',
      USER_TOKEN_JWKS_URL: 'http://idp.example.com/jwks.json',
      DOWNCITY_CITY_BASE_URL: 'http://city.example.com',
    })
    expect(found.map(problem => problem.setting)).toEqual([
      'PUBLIC_URL',
      'NOTIFY_URL',
      'USER_TOKEN_JWKS_URL',
      'DOWNCITY_CITY_BASE_URL',
    ])
  })

  test('never sends the live key to another address', () => {
    const sandbox = { DODO_API_BASE_URL: 'http://localhost:4010/' }
    expect(configOf(sandbox).dodo.baseUrl).toBe('http://localhost:4010')
    expect(complaints({ ...live, ...sandbox })).toEqual(['DODO_API_BASE_URL is set in live mode'])
  })
})

describe('aliases', () => {
  test.each([
    ['DODO_API_KEY', 'DODO_PAYMENTS_API_KEY'],
    ['DODO_WEBHOOK_KEY', 'DODO_PAYMENTS_WEBHOOK_KEY'],
  ] as const)('%s may be called %s', (name, alias) => {
    const renamed = loadConfig({ ...without(name), [alias]: minimal[name] })
    expect(renamed).toEqual(loadConfig(minimal))
  })

  test('the same value under both names is no contradiction', () => {
    expect(configOf({ DODO_PAYMENTS_API_KEY: ` ${minimal.DODO_API_KEY} ` }).dodo.apiKey).toBe(
      minimal.DODO_API_KEY,
    )
  })

  test('different values are', () => {
    expect(
      complaints({
        DODO_PAYMENTS_API_KEY: 'another-key',
        DODO_ENVIRONMENT: 'test_mode',
        DODO_PAYMENTS_ENVIRONMENT: 'live_mode',
      }),
    ).toEqual([
      'DODO_API_KEY and DODO_PAYMENTS_API_KEY have different values',
      'DODO_ENVIRONMENT and DODO_PAYMENTS_ENVIRONMENT have different values',
    ])
  })

  test('a blank name of a plain setting is unset, and the other counts', () => {
    const env = { ...live, DODO_ENVIRONMENT: ' ', DODO_PAYMENTS_ENVIRONMENT: 'live' }
    expect(configOf(env).dodo.environment).toBe('live_mode')
  })
})

describe('settings that belong together', () => {
  test.each([
    [{ NOTIFY_URL: 'https://hooks.example.com' }, 'NOTIFY_KEY is missing: NOTIFY_URL is set'],
    [{ NOTIFY_KEY: WEBHOOK_KEY }, 'NOTIFY_URL is missing: NOTIFY_KEY is set'],
    [{ STEP_BACKOFF: '1m', STEP_BACKOFF_MAX: '10s' }, 'STEP_BACKOFF_MAX is shorter than STEP_BACKOFF'],
    [
      { TOPUP_MIN_CREDITS: '20000', TOPUP_MAX_CREDITS: '10000' },
      'TOPUP_MAX_CREDITS is less than TOPUP_MIN_CREDITS',
    ],
    [
      { BALANCE: 'lago' },
      'USER_TOKEN_SECRET is missing: top-ups are on, and USER_TOKEN_JWKS_URL is unset too',
    ],
    [
      { BALANCE: 'lago', USER_TOKEN_SECRET, USER_TOKEN_JWKS_URL: 'https://idp.example.com/jwks' },
      'USER_TOKEN_JWKS_URL and USER_TOKEN_SECRET are both set',
    ],
  ])('%j is refused', (env, complaint) => {
    expect(complaints(env)).toEqual([complaint])
  })

  test('top-ups need a product of their currency', () => {
    const env = {
      ...without('DODO_PRODUCT_ID'),
      DODO_PRODUCTS: 'EUR:pdt_1',
      BALANCE: 'ledger',
      USER_TOKEN_SECRET,
    }
    expect(problemsOf(env).map(({ setting, problem }) => `${setting} ${problem}`)).toEqual([
      'DODO_CURRENCY is served by no product, while top-ups are on',
    ])
    expect(problemsOf({ ...env, DODO_CURRENCY: 'eur' })).toEqual([])
  })
})

describe('what this version does not do', () => {
  test.each(['AUTO_CHARGE', 'DODO_MANDATE_PRODUCTS'])('%s is refused unless it is off', name => {
    expect(complaints({ [name]: 'on' })).toEqual([
      `${name} asks for what this version does not have: it stores no mandates and charges none`,
    ])
    for (const off of ['off', ' off ', '']) expect(complaints({ [name]: off })).toEqual([])
  })
})
