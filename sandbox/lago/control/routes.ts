import type { SandboxClock } from '../../kernel/clock.ts'
import type { Deliveries } from '../../kernel/deliveries.ts'
import type { FaultRule, Faults } from '../../kernel/faults.ts'
import type { Incoming, Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { answer } from '../http/answer.ts'
import { topLevel } from '../http/params.ts'
import { invoiceObject, LIST_INCLUDES } from '../serialize/invoice.ts'
import type { Control } from './control.ts'
import { deliveryRoutes } from './delivery-routes.ts'

export interface SandboxParts {
  ctx: Context
  control: Control
  faults: Faults
  deliveries: Deliveries
}

/** The same controls over HTTP, for a sandbox in its own process: `POST /_sandbox/<control>` with its input as JSON. */
export function sandboxRoutes(router: Router, parts: SandboxParts): void {
  const { ctx, control, faults, deliveries } = parts
  for (const [name, action] of Object.entries(control)) {
    const call = action as (input: unknown) => unknown
    router.on('POST', `/_sandbox/${name}`, incoming => answer(call(topLevel(incoming)) ?? { ok: true }))
  }
  router
    .on('GET', '/_sandbox/state', () => answer(stateSummary(ctx, deliveries)))
    .on('GET', '/_sandbox/calls', () =>
      answer({ total: faults.calls.total, by_route: faults.calls.byRoute(), calls: faults.calls.all() }),
    )
    .on('DELETE', '/_sandbox/calls', () => {
      faults.calls.clear()
      return answer({ ok: true })
    })
    .on('GET', '/_sandbox/faults', () => answer({ faults: faults.list() }))
    .on('POST', '/_sandbox/faults', incoming => {
      faults.add(topLevel(incoming) as unknown as FaultRule)
      return answer({ faults: faults.list() })
    })
    .on('DELETE', '/_sandbox/faults', () => {
      faults.clear()
      return answer({ faults: [] })
    })
    .on('POST', '/_sandbox/clock/advance', incoming => advanceClock(ctx.clock, incoming))
  deliveryRoutes(router, deliveries)
}

function stateSummary(ctx: Context, deliveries: Deliveries): Record<string, unknown> {
  const { state, settings, organization, clock } = ctx
  return {
    now: clock.now(),
    version: settings.version,
    premium: settings.premium,
    organization_id: organization.lago_id,
    hmac_key: organization.hmacKey,
    counts: {
      customers: state.customers.size,
      invoices: state.invoices.size,
      payments: state.payments.size,
      credit_notes: state.creditNotes.size,
      wallets: state.wallets.size,
      wallet_transactions: state.walletTransactions.size,
      payment_requests: state.paymentRequests.size,
    },
    webhooks: { ...deliveries.totals, pending: deliveries.pending },
    webhook_endpoints: [...state.webhookEndpoints.values()],
    latest_invoices: state
      .invoicesNewestFirst()
      .slice(0, 100)
      .map(invoice => invoiceObject(ctx, invoice, LIST_INCLUDES)),
  }
}

async function advanceClock(clock: SandboxClock, incoming: Incoming): Promise<Response> {
  const ms = Number(topLevel(incoming)['ms'] ?? 0)
  const movable = clock as SandboxClock & { advance?: (ms: number) => void | Promise<void> }
  if (!movable.advance || !Number.isFinite(ms)) return answer({ error: 'this clock cannot be moved' }, 422)
  await movable.advance(ms)
  return answer({ now: clock.now() })
}
