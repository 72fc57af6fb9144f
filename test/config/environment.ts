import type { Environment } from '../../src/config/lookup.ts'
import { type Config, loadConfig, type Problem } from '../../src/config.ts'

export const WEBHOOK_KEY = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
export const USER_TOKEN_SECRET = 'a-user-token-secret-of-32-bytes!'

/** The least that starts in test mode. */
export const minimal = {
  LAGO_API_URL: 'https://api.getlago.com',
  LAGO_API_KEY: 'lago-api-key-1',
  LAGO_WEBHOOK_HMAC_KEY: '33333333-3333-4333-8333-333333333333',
  DODO_API_KEY: 'dodo-api-key-1',
  DODO_WEBHOOK_KEY: WEBHOOK_KEY,
  DODO_PRODUCT_ID: 'pdt_single',
}

/** The least that starts in live mode. */
export const live = {
  ...minimal,
  DODO_ENVIRONMENT: 'live_mode',
  PUBLIC_URL: 'https://pay.example.com',
  DATABASE_URL: 'postgres://bridge:pass-of-database@db.internal/bridge',
}

/** The minimal environment without some of its names. */
export const without = (...names: (keyof typeof minimal)[]): Environment =>
  Object.fromEntries(Object.entries(minimal).filter(([name]) => !names.some(gone => gone === name)))

/** The configuration of the minimal environment and `env`. @throws if it does not load. */
export function configOf(env: Environment = {}): Config {
  const loaded = loadConfig({ ...minimal, ...env })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

/** The warnings of an environment. @throws if it does not load. */
export function warningsOf(env: Environment): string[] {
  const loaded = loadConfig(env)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.warnings
}

/** The problems of exactly this environment; none if it loads. */
export function problemsOf(env: Environment): Problem[] {
  const loaded = loadConfig(env)
  return loaded.ok ? [] : loaded.problems
}

/** `SETTING problem` of each problem that `env` adds to the minimal environment. */
export const complaints = (env: Environment): string[] =>
  problemsOf({ ...minimal, ...env }).map(({ setting, problem }) => `${setting} ${problem}`)
