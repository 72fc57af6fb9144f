import type { Product } from 'dodopayments/resources/products/products'
import type { Faults } from '../../kernel/faults.ts'
import type { Router } from '../../kernel/router.ts'
import { ApiError } from '../api-error.ts'
import type { Control } from '../control.ts'
import { newProduct, read } from '../schemas.ts'
import type { World } from '../world.ts'
import { bodies } from './sandbox-bodies.ts'

interface Parts {
  faults: Faults
  control: Control
}

/** The controls over HTTP, for a sandbox that runs in its own process. */
export function sandboxRoutes(router: Router, world: World, { faults, control }: Parts): void {
  const id = (params: Readonly<Record<string, string>>) => params['id'] ?? ''
  const post = (path: string, act: (json: unknown, id: string) => unknown) =>
    router.on('POST', `/_sandbox/${path}`, async ({ json = {}, params }) =>
      Response.json((await act(json, id(params))) ?? {}),
    )
  const get = (path: string, show: (query: URLSearchParams) => unknown) =>
    router.on('GET', `/_sandbox/${path}`, ({ query }) => Response.json(show(query)))

  post('sessions/:id/pay', (json, id) => control.pay(id, read(bodies.pay, json)))
  post('payments', json => control.createForeignPayment(read(bodies.foreignPayment, json)))
  post('payments/:id/settle', (json, id) => {
    const { outcome, errorCode } = read(bodies.settle, json)
    return control.settle(id, outcome, errorCode)
  })
  post('payments/:id/refund', (json, id) => {
    const { amount, script } = read(bodies.refund, json)
    return control.createRefund(id, amount, script)
  })
  post('payments/:id/dispute', (json, id) => control.openDispute(id, read(bodies.dispute, json)))
  post('refunds/:id/settle', (json, id) => control.settleRefund(id, read(bodies.settleRefund, json).outcome))
  post('disputes/:id/resolve', (json, id) => {
    const { outcome, remarks } = read(bodies.resolveDispute, json)
    return control.resolveDispute(id, outcome, remarks)
  })
  post('products', json => {
    const input = read(newProduct, json)
    return control.product({ ...input, price: input.price as Product['price'] })
  })
  post('mandates', json => control.createMandate(read(bodies.mandate, json)))
  post('subscriptions/:id', (json, id) =>
    control.moveSubscription(id, read(bodies.subscription, json).status),
  )
  post('charges', json => {
    const { key, scripts } = read(bodies.charges, json)
    control.scriptCharges(key, ...scripts)
  })
  post('refunds', json => {
    const { key, scripts } = read(bodies.refunds, json)
    control.scriptRefunds(key, ...scripts)
  })
  post('webhooks/:id/rotate', (_json, id) => ({ secret: control.rotateWebhookSecret(id) }))

  post('events', json => {
    const { type, payloadType, data } = read(bodies.event, json)
    return control.emit(type, payloadType, data)
  })

  get('state', query => snapshot(world, Number(query.get('limit') ?? 100)))
  get('calls', () => ({
    total: faults.calls.total,
    byRoute: faults.calls.byRoute(),
    calls: faults.calls.all(),
  }))
  router.on('DELETE', '/_sandbox/calls', () => {
    faults.calls.clear()
    return new Response(null, { status: 204 })
  })

  get('faults', () => ({ faults: faults.list().map(rule => ({ ...rule, path: String(rule.path) })) }))
  post('faults', json => {
    const { path, method, fault, times, chance } = read(bodies.fault, json)
    faults.add({
      path: path.startsWith('~') ? new RegExp(path.slice(1)) : path,
      fault,
      ...(method !== undefined && { method }),
      ...(times !== undefined && { times }),
      ...(chance !== undefined && { chance }),
    })
  })
  router.on('DELETE', '/_sandbox/faults', () => {
    faults.clear()
    return new Response(null, { status: 204 })
  })

  get('deliveries', () => ({ totals: world.deliveries.totals, deliveries: world.deliveries.log }))
  post('deliveries', async json => {
    const { deliveries } = world
    const switches = read(bodies.deliveries, json)
    if (switches.beforeResponse !== undefined) deliveries.beforeResponse = switches.beforeResponse
    if (switches.duplicate !== undefined) deliveries.duplicate(switches.duplicate)
    if (switches.shuffleMs !== undefined) deliveries.shuffle(switches.shuffleMs)
    const { dropTypes } = switches
    if (dropTypes !== undefined) deliveries.drop(dropTypes && (({ type }) => dropTypes.includes(type)))
    if (switches.hold) deliveries.hold()
    if (switches.release) await deliveries.release(switches.release)
  })
  post('deliveries/:id/replay', (_json, id) => {
    if (!world.deliveries.find(id)) throw new ApiError('NOT_FOUND', `Delivery ${id} does not exist`)
    // Not awaited: a virtual clock would send it only after this answer.
    void world.deliveries.replay(id)
  })

  post('clock/advance', async json => {
    const { clock } = world
    if (!('advance' in clock) || typeof clock.advance !== 'function') {
      throw new ApiError('UNSUPPORTED_ACTION', 'This clock cannot be advanced')
    }
    await clock.advance(read(bodies.advance, json).ms)
    return { now: clock.now() }
  })
}

/** The newest `limit` rows of each kind, and how many there are. */
function snapshot({ state, clock, baseUrl }: World, limit: number) {
  const { customersByEmail: _index, webhookKeys: _keys, paymentMethods, ...tables } = state
  const shown = Object.entries(tables).map(([name, table]) => [
    name,
    { count: table.size, rows: table.all().slice(-limit) },
  ])
  return {
    now: clock.now(),
    baseUrl,
    ...Object.fromEntries(shown),
    paymentMethods: Object.fromEntries(paymentMethods),
  }
}
