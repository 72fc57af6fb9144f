import { Hono } from 'hono'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { TopupId } from './core/ids.ts'
import type { Sql } from './db/connection.ts'
import { balanceApp } from './http/topup/balance-app.ts'
import type { PaymentEngine } from './http/topup/parts.ts'
import { tokenApp } from './http/topup/token-app.ts'
import type { RunContext } from './inbox/run.ts'
import type { Runner } from './inbox/worker.ts'
import { PaymentService } from './payment-service.ts'
import type { Systems } from './systems.ts'
import type { Pace, Time } from './time.ts'
import type { Balance } from './topup/balance.ts'
import { BalanceService } from './topup/balance-service.ts'
import { dodoPaymentProvider } from './topup/dodo-provider.ts'
import { bearerIdentity } from './topup/identity.ts'
import { lagoBalance } from './topup/lago-balance.ts'
import { ledgerBalance } from './topup/ledger-balance.ts'
import { faultOfProduct } from './topup/product-fault.ts'
import type { PaymentProvider } from './topup/provider.ts'
import { topupRunner } from './topup/runner.ts'

type Surroundings = {
  config: Config
  sql: Sql
  time: Time
  pace: Pace
  log: Logger
  systems: Systems
  newTopupId?: (() => TopupId) | undefined
  base: Omit<RunContext, 'dodo' | 'policy' | 'atEnd' | 'topups' | 'lago'>
  engine: Omit<PaymentEngine, 'gateway' | 'sql' | 'time' | 'pace'>
}

export type Topups = { app: Hono; runner: Runner }

/** The service's own top-ups: its balances, and the payment service that sells them, run by the bridge's own worker. */
export async function createTopups({
  config,
  sql,
  time,
  pace,
  log,
  systems,
  newTopupId,
  base,
  engine,
}: Surroundings): Promise<Topups> {
  const { topup } = config
  const balance: Balance =
    topup.balance === 'lago'
      ? lagoBalance({ lago: systems.wallets, invoices: systems.lago, licence: base.licence, sql, time, pace })
      : ledgerBalance(sql, time)
  const service = new BalanceService({
    ...{ sql, time, balance, limits: topup },
    onChanged: engine.kick,
    newId: newTopupId,
  })
  const provider = dodoOf(config)
  const auth = {
    user_token_secret: topup.userTokenSecret,
    user_token_jwks_url: topup.userTokenJwksUrl,
    user_token_audience: topup.userTokenAudience,
    admin_tokens: config.adminTokens,
  }
  const identify = bearerIdentity(auth, time)
  const { readTopup, finishTopup, reverseTopup } = service
  const payments = new PaymentService(
    {
      readTopup,
      finishTopup,
      reverseTopup,
      providers: [provider],
      auth: identify,
      base_url: topup.baseUrl,
      log,
    },
    { ...engine, sql, time, pace, gateway: () => systems.dodo },
  )
  const fault = await faultOfProduct(systems.dodo, provider.productId, provider.currency, config.taxMode)
  const ways = new Map([[provider.id, { provider, gateway: systems.dodo, fault }]])
  const app = new Hono()
  app.route('/', payments.app)
  app.route('/', balanceApp({ service, sql, identify, log }))
  app.route('/', tokenApp({ auth, identify, time, log }))
  return {
    app,
    runner: topupRunner({
      base: { ...base, lago: systems.lago, topups: payments.keeper },
      money: config,
      ways,
    }),
  }
}

const productOf = ({ products, topup }: Config): string | null =>
  products.get(topup.currency.toUpperCase()) ?? products.get('*') ?? null

function dodoOf(config: Config): PaymentProvider {
  const { dodo } = config
  return dodoPaymentProvider({
    api_key: dodo.apiKey,
    product_id: productOf(config),
    webhook_key: dodo.webhookKeys,
    environment: dodo.environment,
    currency: config.topup.currency,
    api_base_url: dodo.baseUrl,
    tax_mode: config.taxMode,
  })
}
