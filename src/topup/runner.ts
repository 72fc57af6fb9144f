import type { Policy } from '../core/policy.ts'
import { recordOfTopup } from '../core/topup-record.ts'
import { verdictOf } from '../core/topup-verdict.ts'
import { saveRecord, saveVerdicts, unsettledEvents } from '../db/queries/save-topup-end.ts'
import { type RunContext, runPayable } from '../inbox/run.ts'
import type { Runner } from '../inbox/worker.ts'
import type { PaymentGateway, PaymentProvider } from './provider.ts'

/** A provider, what it is called by, and why its product cannot charge an exact amount; null if it can. */
export type Way = { provider: PaymentProvider; gateway: PaymentGateway; fault: string | null }

type RunnerParts = {
  base: Omit<RunContext, 'dodo' | 'policy' | 'atEnd'>
  money: Pick<Policy, 'duplicatePayments' | 'latePayments'>
  ways: ReadonlyMap<string, Way>
}

/** Runs the loop on a top-up through the provider it is bought with, and shows its buyer what came of it. */
export function topupRunner({ base, money, ways }: RunnerParts): Runner {
  return async (claim, known) => {
    if (!known) return
    const way = ways.get(known.facts.checkout?.provider ?? '') ?? [...ways.values()][0]
    if (!way) throw new Error('there is no payment provider')
    await runPayable(claim, known, {
      ...base,
      dodo: way.gateway,
      policy: policyOf(way, money),
      atEnd: show,
    })
  }

  async function show(...[claim, known, facts, plan]: Parameters<NonNullable<RunContext['atEnd']>>) {
    const now = base.now()
    const attention = plan?.attention ?? []
    if (facts.checkout)
      await saveRecord(base.sql, claim, recordOfTopup(facts, attention, now), plan !== null, now)
    if (!plan) return
    const heard = known.heard.filter(h => h.source !== 'lago')
    // One that was judged by a run which died before its end is among both.
    const events = new Map([...heard, ...(await unsettledEvents(base.sql, claim.key))].map(e => [e.id, e]))
    const verdicts = [...events.values()].map(({ id, digest }) => ({
      id,
      ...verdictOf(digest, facts, attention),
    }))
    await saveVerdicts(base.sql, verdicts, facts.checkout?.paymentId ?? '', now)
  }
}

const policyOf = ({ provider, fault }: Way, money: RunnerParts['money']): Policy => ({
  ...money,
  taxMode: provider.taxMode,
  products: new Map([[provider.currency.toUpperCase(), provider.productId]]),
  unfitProducts: new Map(fault === null ? [] : [[provider.productId, fault]]),
  payLinkBase: '',
  retrySchedule: [],
})
