import { describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/config.ts'
import { configOf, live, minimal, USER_TOKEN_SECRET, WEBHOOK_KEY, without } from './environment.ts'

describe('the least configuration', () => {
  test('starts in test mode with every default', () => {
    expect(configOf()).toEqual({
      host: '0.0.0.0',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      databaseUrl: null,
      databasePool: 10,
      lago: {
        apiUrl: 'https://api.getlago.com/api/v1',
        apiKey: 'lago-api-key-1',
        hmacKeys: ['33333333-3333-4333-8333-333333333333'],
        webhookAlgorithms: ['hmac', 'jwt'],
        issuer: 'https://api.getlago.com',
        requestsPerSecond: 50,
        timeoutMs: 10_000,
      },
      dodo: {
        apiKey: 'dodo-api-key-1',
        environment: 'test_mode',
        baseUrl: null,
        webhookKeys: [WEBHOOK_KEY],
        requestsPerMinute: 240,
        timeoutMs: 20_000,
      },
      products: new Map([['*', 'pdt_single']]),
      taxMode: 'inclusive',
      duplicatePayments: 'refund',
      latePayments: 'review',
      retrySchedule: [3, 7, 7].map(days => days * 86_400_000),
      worker: {
        concurrency: 16,
        maxAttempts: 20,
        backoffMs: 1000,
        backoffMaxMs: 3_600_000,
        leaseMs: 5000,
        pollMs: 1000,
      },
      sweep: { intervalMs: 900_000 },
      notify: null,
      adminTokens: [],
      topup: {
        balance: 'off',
        currency: 'usd',
        userTokenSecret: null,
        userTokenJwksUrl: null,
        userTokenAudience: 'lago-dodo-bridge',
        baseUrl: null,
        minCredits: 500_000,
        maxCredits: 10_000_000_000,
        maxOpen: 20,
      },
      logLevel: 'info',
      otlpEndpoint: null,
    })
  })

  test('starts in live mode', () => {
    const loaded = loadConfig(live)
    expect(loaded).toMatchObject({ ok: true, warnings: [], config: { publicUrl: 'https://pay.example.com' } })
  })

  test('reads process.env when it is given nothing else', () => {
    expect(loadConfig()).toEqual(loadConfig(process.env))
  })
})

describe('values that follow from others', () => {
  test('the public URL follows the port', () => {
    expect(configOf({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080')
  })

  test('result pages are served under DOWNCITY_CITY_BASE_URL, else PUBLIC_URL', () => {
    const pages = (env: Record<string, string>) => configOf(env).topup.baseUrl
    expect(pages({ PUBLIC_URL: 'https://pay.example.com/' })).toBe('https://pay.example.com')
    expect(
      pages({
        PUBLIC_URL: 'https://pay.example.com',
        DOWNCITY_CITY_BASE_URL: 'https://base.example.com///',
      }),
    ).toBe('https://base.example.com')
  })

  test('the JWT issuer is the API address without its path, unless it is given', () => {
    const issuer = (env: Record<string, string>) => configOf(env).lago.issuer
    expect(issuer({ LAGO_API_URL: 'http://lago.internal:3000/api/v1/' })).toBe('http://lago.internal:3000')
    expect(issuer({ LAGO_JWT_ISSUER: 'https://lago.example.com' })).toBe('https://lago.example.com')
  })

  test('a Lago that accepts JWT alone needs no HMAC key', () => {
    const loaded = loadConfig({ ...without('LAGO_WEBHOOK_HMAC_KEY'), LAGO_WEBHOOK_ALGORITHMS: 'jwt' })
    expect(loaded).toMatchObject({ ok: true, config: { lago: { hmacKeys: [], webhookAlgorithms: ['jwt'] } } })
  })

  test('an HMAC key is not handed on when HMAC is not accepted', () => {
    const loaded = loadConfig({ ...minimal, LAGO_WEBHOOK_ALGORITHMS: 'jwt' })
    expect(loaded).toMatchObject({ ok: true, config: { lago: { hmacKeys: [] } } })
    expect(loaded).toMatchObject({ warnings: [expect.stringContaining('LAGO_WEBHOOK_HMAC_KEY is ignored')] })
  })

  test('DODO_PRODUCT_ID serves the currencies that DODO_PRODUCTS does not name', () => {
    expect(configOf({ DODO_PRODUCTS: 'usd:pdt_1, EUR : pdt_2' }).products).toEqual(
      new Map([
        ['USD', 'pdt_1'],
        ['EUR', 'pdt_2'],
        ['*', 'pdt_single'],
      ]),
    )
  })

  test('top-ups and notifications are complete when their parts are given', () => {
    const config = configOf({
      BALANCE: 'ledger',
      DODO_CURRENCY: 'EUR',
      USER_TOKEN_SECRET,
      NOTIFY_URL: 'https://hooks.example.com/bridge',
      NOTIFY_KEY: WEBHOOK_KEY,
    })
    expect(config.topup).toMatchObject({
      balance: 'ledger',
      currency: 'eur',
      userTokenSecret: USER_TOKEN_SECRET,
    })
    expect(config.notify).toEqual({ url: 'https://hooks.example.com/bridge', keys: [WEBHOOK_KEY] })
  })
})
