import { SharedBudget, within } from './calls/budget.ts'
import { type Fetch, guardedFetch } from './calls/guarded-fetch.ts'
import type { Config } from './config.ts'
import type { Sql } from './db/connection.ts'
import { createDodoClient, type Dodo } from './dodo/client.ts'
import { createLagoClient, type Lago } from './lago/client.ts'
import { createLagoWallets, type LagoWallets } from './lago/wallets.ts'
import { type Pace, realPace, type Time } from './time.ts'

export type Systems = { lago: Lago; dodo: Dodo; wallets: LagoWallets }

/** The clients of both sides, within budgets that all processes share; `express` calls go before the routine. */
export function createSystems(
  config: Pick<Config, 'lago' | 'dodo'>,
  { sql, time, fetch, pace = realPace }: { sql: Sql; time: Time; fetch: Fetch; pace?: Pace },
): { routine: Systems; express: Systems } {
  const { lago, dodo } = config
  const budgets = {
    lago: new SharedBudget(sql, time, { name: 'lago', ...within(lago.requestsPerSecond, 1) }, pace),
    dodo: new SharedBudget(sql, time, { name: 'dodo', ...within(dodo.requestsPerMinute, 60) }, pace),
  }
  const inLane = (lane: 'routine' | 'express'): Systems => {
    const guarded = (system: 'lago' | 'dodo') =>
      guardedFetch({
        system,
        budget: budgets[system][lane],
        timeoutMs: config[system].timeoutMs,
        fetch,
        pace,
      })
    return {
      lago: createLagoClient({ ...lago, fetch: guarded('lago') }),
      dodo: createDodoClient({ ...dodo, fetch: guarded('dodo') }),
      wallets: createLagoWallets({ ...lago, fetch: guarded('lago') }),
    }
  }
  return { routine: inLane('routine'), express: inLane('express') }
}
