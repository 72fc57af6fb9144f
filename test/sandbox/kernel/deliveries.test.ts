import { expect, test } from 'bun:test'
import { Deliveries, type DeliveriesOptions } from '../../../sandbox/kernel/deliveries.ts'
import { inProcessFetch } from '../../../sandbox/kernel/in-process-fetch.ts'
import { seededRandom } from '../../../sandbox/kernel/random.ts'
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock.ts'

const SECOND = 1000

function setUp(options: Partial<DeliveriesOptions> = {}) {
  const clock = new VirtualClock()
  const start = clock.now().getTime()
  const received: { id: string; body: string; second: number }[] = []
  let answer = () => Promise.resolve(new Response(null, { status: 200 }))
  const transport = inProcessFetch({
    'http://receiver.test': async request => {
      received.push({
        id: request.headers.get('x-id') ?? '',
        body: await request.text(),
        second: (clock.now().getTime() - start) / SECOND,
      })
      return answer()
    },
  })
  const deliveries = new Deliveries({
    clock,
    transport,
    random: seededRandom(7),
    sign: ({ deliveryId }) => ({ 'x-id': deliveryId }),
    scheduleMs: [0, 5 * SECOND, 60 * SECOND],
    timeoutMs: 15 * SECOND,
    body: 'latest',
    endpoints: () => [{ id: 'e1', url: 'http://receiver.test/hook' }],
    ...options,
  })
  const event = (type: string) => ({ type, render: () => JSON.stringify(type) })
  return {
    clock,
    deliveries,
    received,
    event,
    answerWith: (next: () => Promise<Response>) => {
      answer = next
    },
  }
}

const status = (code: number) => () => Promise.resolve(new Response(null, { status: code }))

test('a refused delivery is sent again on schedule, with the same id, and then given up', async () => {
  const { clock, deliveries, received, event, answerWith } = setUp()
  answerWith(status(500))
  await deliveries.emit(event('paid'))
  await clock.advance(3_600 * SECOND)
  expect(received.map(({ second }) => second)).toEqual([0, 5, 65])
  expect(new Set(received.map(({ id }) => id)).size).toBe(1)
  expect(deliveries.log[0]).toMatchObject({
    state: 'failed',
    attempts: [{ status: 500 }, { status: 500 }, { status: 500 }],
  })
  expect(deliveries.pending).toBe(0)
})

test('an accepted delivery is sent once', async () => {
  const { clock, deliveries, received, event } = setUp()
  await deliveries.emit(event('paid'))
  expect(received).toHaveLength(0)
  await clock.advance(3_600 * SECOND)
  expect(received).toHaveLength(1)
  expect(deliveries.log[0]).toMatchObject({ state: 'delivered', attempts: [{ number: 1, status: 200 }] })
})

test('a redirect is a failure, not an address to follow', async () => {
  const { clock, deliveries, event, answerWith } = setUp()
  answerWith(() => Promise.resolve(Response.redirect('http://receiver.test/elsewhere', 302)))
  await deliveries.emit(event('paid'))
  await clock.runDue()
  expect(deliveries.log[0]).toMatchObject({ state: 'waiting', attempts: [{ status: 302 }] })
})

test('no answer within the time-out counts as a failure and holds nothing up', async () => {
  const { clock, deliveries, received, event, answerWith } = setUp()
  answerWith(() => {
    clock.blocked()
    return new Promise(() => {})
  })
  await deliveries.emit(event('paid'))
  await clock.advance(15 * SECOND)
  await deliveries.idle()
  expect(deliveries.log[0]?.attempts).toMatchObject([{ status: null, error: 'no answer within 15000 ms' }])
  answerWith(status(204))
  await clock.advance(5 * SECOND)
  expect(received.map(({ second }) => second)).toEqual([0, 20])
  expect(deliveries.log[0]?.state).toBe('delivered')
})

for (const [body, second] of [
  ['frozen', '1'],
  ['latest', '2'],
] as const) {
  test(`a ${body} body is ${body === 'frozen' ? 'the same' : 'rendered again'} in a retry`, async () => {
    const { clock, deliveries, received, answerWith } = setUp({ body })
    let version = 1
    answerWith(status(500))
    await deliveries.emit({ type: 'paid', render: () => String(version) })
    await clock.runDue()
    version = 2
    await clock.advance(5 * SECOND)
    expect(received.map(each => each.body)).toEqual(['1', second])
  })
}

test('every copy of a duplicated delivery carries the same id', async () => {
  const { clock, deliveries, received, event } = setUp()
  deliveries.duplicate(3)
  await deliveries.emit(event('paid'))
  await clock.advance(60 * SECOND)
  expect(received).toHaveLength(3)
  expect(new Set(received.map(({ id }) => id)).size).toBe(1)
})

test('held deliveries wait for their release and come in the order asked for', async () => {
  const { clock, deliveries, received, event } = setUp()
  deliveries.hold()
  for (const type of ['a', 'b', 'c']) await deliveries.emit(event(type))
  await clock.advance(60 * SECOND)
  expect(received).toHaveLength(0)
  await deliveries.release('reversed')
  expect(received.map(({ body }) => body)).toEqual(['"c"', '"b"', '"a"'])
})

test('shuffled deliveries overtake one another, all of them arrive', async () => {
  const { clock, deliveries, received, event } = setUp()
  deliveries.shuffle(10 * SECOND)
  const types = Array.from({ length: 20 }, (_, index) => index)
  for (const type of types) await deliveries.emit(event(String(type)))
  await clock.advance(10 * SECOND)
  const order = received.map(({ body }) => Number(JSON.parse(body)))
  expect(order).not.toEqual(types)
  expect(order.toSorted((a, b) => a - b)).toEqual(types)
})

test('a dropped delivery never arrives by itself, a replay brings it with its id', async () => {
  const { clock, deliveries, received, event } = setUp()
  deliveries.drop(({ type }) => type === 'paid')
  await deliveries.emit(event('paid'))
  await deliveries.emit(event('failed'))
  await clock.advance(3_600 * SECOND)
  expect(received.map(({ body }) => body)).toEqual(['"failed"'])
  const lost = deliveries.log[0]
  expect(lost?.state).toBe('dropped')
  const replayed = deliveries.replay(lost?.id ?? '')
  await clock.runDue()
  await replayed
  expect(received[1]).toMatchObject({ id: lost?.id ?? '', body: '"paid"' })
})

test('with the switch on, a delivery has arrived when the emitting call goes on', async () => {
  const { deliveries, received, event } = setUp()
  deliveries.beforeResponse = true
  await deliveries.emit(event('paid'))
  expect(received).toHaveLength(1)
})

test('an endpoint gets only what it accepts', async () => {
  const { clock, deliveries, received, event } = setUp({
    endpoints: () => [
      { id: 'e1', url: 'http://receiver.test/a', accepts: type => type.startsWith('refund.') },
      { id: 'e2', url: 'http://receiver.test/b', disabled: true },
    ],
  })
  await deliveries.emit(event('payment.succeeded'))
  await deliveries.emit(event('refund.succeeded'))
  await clock.runDue()
  expect(received.map(({ body }) => body)).toEqual(['"refund.succeeded"'])
})

test('the log forgets, the totals do not', async () => {
  const { clock, deliveries, event } = setUp({ remember: 2 })
  for (const type of ['a', 'b', 'c']) await deliveries.emit(event(type))
  await clock.runDue()
  expect(deliveries.log.map(({ type }) => type)).toEqual(['b', 'c'])
  expect(deliveries.totals).toEqual({ events: 3, attempts: 3, delivered: 3, failed: 0, dropped: 0 })
})
