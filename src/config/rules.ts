import type { Parsed } from './parse.ts'
import type { Problem } from './problem.ts'
import { problemOf, type Setting } from './setting.ts'
import { settings } from './settings.ts'

type Rule = (parsed: Parsed) => (Problem | false | undefined)[]

const isPlainHttp = (address: string | null | undefined): boolean =>
  typeof address === 'string' && /^http:/i.test(address)

const missing = <T>(setting: Setting<T>, because: string): Problem =>
  problemOf(setting, `is missing: ${because}`)

const inLiveMode = 'live mode needs it'
const notHttps = 'is not https, which live mode needs'

const liveMode: Rule = p =>
  p.dodoEnvironment === 'live_mode'
    ? [
        p.publicUrl === null && missing(settings.publicUrl, inLiveMode),
        p.databaseUrl === null && missing(settings.databaseUrl, inLiveMode),
        p.dodoWebhookKeys === null && missing(settings.dodoWebhookKeys, inLiveMode),
        typeof p.dodoBaseUrl === 'string' && problemOf(settings.dodoBaseUrl, 'is set in live mode'),
        isPlainHttp(p.publicUrl) && problemOf(settings.publicUrl, notHttps),
        isPlainHttp(p.notifyUrl) && problemOf(settings.notifyUrl, notHttps),
        isPlainHttp(p.userTokenJwksUrl) && problemOf(settings.userTokenJwksUrl, notHttps),
        isPlainHttp(p.cityBaseUrl) && problemOf(settings.cityBaseUrl, notHttps),
      ]
    : []

const somethingToSell: Rule = p => [
  p.dodoProducts === null &&
    p.dodoProductId === null &&
    missing(settings.dodoProducts, 'no product is configured'),
]

const verifiableWebhooks: Rule = p => [
  p.lagoHmacKeys === null &&
    p.lagoAlgorithms?.includes('hmac') &&
    missing(settings.lagoHmacKeys, 'webhooks signed by hmac are accepted'),
]

const notifications: Rule = p => [
  typeof p.notifyUrl === 'string' &&
    p.notifyKeys === null &&
    missing(settings.notifyKeys, 'NOTIFY_URL is set'),
  Array.isArray(p.notifyKeys) && p.notifyUrl === null && missing(settings.notifyUrl, 'NOTIFY_KEY is set'),
]

const orderedBounds: Rule = p => [
  p.backoff !== undefined &&
    p.backoffMax !== undefined &&
    p.backoff > p.backoffMax &&
    problemOf(settings.backoffMax, 'is shorter than STEP_BACKOFF'),
  p.minCredits !== undefined &&
    p.maxCredits !== undefined &&
    p.minCredits > p.maxCredits &&
    problemOf(settings.maxCredits, 'is less than TOPUP_MIN_CREDITS'),
]

const topups: Rule = p => {
  if (p.balance === undefined || p.balance === 'off') return []
  const { currency, dodoProducts, dodoProductId, userTokenSecret, userTokenJwksUrl } = p
  const unserved =
    currency !== undefined && dodoProductId === null && dodoProducts?.has(currency.toUpperCase()) === false
  return [
    unserved && problemOf(settings.currency, 'is served by no product, while top-ups are on'),
    userTokenSecret === null &&
      userTokenJwksUrl === null &&
      missing(settings.userTokenSecret, 'top-ups are on, and USER_TOKEN_JWKS_URL is unset too'),
    typeof userTokenSecret === 'string' &&
      typeof userTokenJwksUrl === 'string' &&
      problemOf(settings.userTokenJwksUrl, 'and USER_TOKEN_SECRET are both set'),
  ]
}

const RULES: readonly Rule[] = [
  liveMode,
  somethingToSell,
  verifiableWebhooks,
  notifications,
  orderedBounds,
  topups,
]

/** What is wrong between settings that are each right by themselves. */
export const checkRules = (parsed: Parsed): Problem[] =>
  RULES.flatMap(rule => rule(parsed)).filter(problem => typeof problem === 'object')
