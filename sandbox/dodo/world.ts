import type { SandboxClock } from '../kernel/clock.ts'
import type { Deliveries } from '../kernel/deliveries.ts'
import type { Random } from '../kernel/random.ts'
import type { FakeDodoOptions } from './options.ts'
import { type ChargeScript, type RefundScript, ScriptQueue } from './scripts.ts'
import type { State } from './state.ts'

/** Everything a rule of the fake needs to know. */
export interface World {
  readonly options: FakeDodoOptions & {
    merchantName: string
    retryModel: 'same-payment' | 'new-payment'
    onHoldModel: 'chargeable' | 'blocked'
    taxRates: Record<string, number>
    refundWindowDays: number
    fullRefundOnly: string[]
  }
  readonly state: State
  readonly clock: SandboxClock
  readonly random: Random
  readonly deliveries: Deliveries
  readonly charges: ScriptQueue<ChargeScript>
  readonly refunds: ScriptQueue<RefundScript>
  readonly businessId: string
  readonly brandId: string
  /** Where the hosted pages are. */
  baseUrl: string
}

export function now(world: World): string {
  return world.clock.now().toISOString()
}

/** Sends an event. Its `data` is read anew for every attempt: the latest state, not a snapshot. */
export function emit(world: World, type: string, payload: string, data: () => object): Promise<void> {
  const timestamp = now(world)
  return world.deliveries.emit({
    type,
    render: () =>
      JSON.stringify({
        business_id: world.businessId,
        type,
        timestamp,
        data: { payload_type: payload, ...data() },
      }),
  })
}

/** Runs `job` after `afterMs` of the sandbox's clock; with 0, before the caller goes on. */
export async function later(world: World, afterMs: number, job: () => Promise<void>): Promise<void> {
  if (afterMs <= 0) await job()
  else world.clock.schedule(new Date(world.clock.now().getTime() + afterMs), job)
}

export function newScripts(options: FakeDodoOptions) {
  return {
    charges: new ScriptQueue<ChargeScript>(options.charges ?? { outcome: 'succeeded', afterMs: 1000 }),
    refunds: new ScriptQueue<RefundScript>(
      options.refunds ?? { initial: 'pending', final: 'succeeded', afterMs: 1000 },
    ),
  }
}
