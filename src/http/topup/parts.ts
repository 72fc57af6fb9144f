import type { Logger } from 'pino'
import type { Sql } from '../../db/connection.ts'
import type { Ingest } from '../../inbox/ingest.ts'
import type { Pace, Time } from '../../time.ts'
import type { EventWatch } from '../../topup/event-watch.ts'
import type { Identify } from '../../topup/identity.ts'
import type { PaymentGateway, PaymentProvider } from '../../topup/provider.ts'
import type { ReadTopup } from '../../topup/topup.ts'

/** What the routes need of the machinery behind them; it may have to be started first. */
export type PaymentEngine = {
  sql: Sql
  time: Time
  pace: Pick<Pace, 'sleep'>
  ingest: Pick<Ingest, 'store'>
  watch: EventWatch
  gateway(provider: PaymentProvider): PaymentGateway
  /** Something is due now. */
  kick(): void
}

export type PaymentParts = {
  providers: readonly PaymentProvider[]
  readTopup: ReadTopup
  identify: Identify
  /** Where the result pages are; null: the address of the request, in test mode only. */
  baseUrl: string | null
  /** Where the result pages lead back to. */
  homeUrl: string
  log: Logger
  engine(): Promise<PaymentEngine>
}

/** The provider of that id. */
export const providerOf = ({ providers }: Pick<PaymentParts, 'providers'>, id: string) =>
  providers.find(provider => provider.id === id)
