import DodoPayments from 'dodopayments'
import { z } from 'zod'
import { CallError } from '../calls/call-error.ts'
import type { Fetch } from '../calls/guarded-fetch.ts'
import { understoodFrom } from '../calls/understood.ts'
import type { CustomerFact } from '../core/facts.ts'
import type { DodoPaymentId, DodoRefundId, DodoSessionId } from '../core/ids.ts'
import type { Money } from '../core/money.ts'
import { checkoutBody } from './checkout-body.ts'
import { toListedPayment, toListedRefund } from './listed.ts'
import {
  type DodoDispute,
  type DodoPayment,
  type DodoRefund,
  disputeSchema,
  paymentSchema,
  refundSchema,
  toDisputeFact,
} from './objects.ts'
import { toDodo } from './units.ts'

export type CheckoutRequest = {
  price: Money
  productId: string
  customer: Pick<CustomerFact, 'name' | 'email' | 'country' | 'city' | 'state' | 'street' | 'zipcode'>
  /** The Dodo customer of an earlier payment; null if there was none. */
  dodoCustomerId: string | null
  metadata: Readonly<Record<string, string>>
  returnUrl: string
  cancelUrl: string
  /** Sent as a header. Dodo does not promise to honour it, so nothing relies on it. */
  idempotencyKey: string
}

const understood = understoodFrom('dodo')

/** What the bridge asks of Dodo. Every method throws CallError, which tells whether it may have had an effect. */
export type Dodo = ReturnType<typeof createDodoClient>

type DodoOptions = {
  apiKey: string
  environment: 'test_mode' | 'live_mode'
  baseUrl: string | null
  fetch: Fetch
}

/** The SDK repeats POSTs by itself unless told not to: here it repeats nothing. Source: Dodo API reference. */
export function createDodoClient({ apiKey, environment, baseUrl, fetch }: DodoOptions) {
  const sdk = new DodoPayments({
    bearerToken: apiKey,
    webhookKey: null,
    maxRetries: 0,
    // The time limit is kept by the fetch it is given.
    timeout: 10 * 60_000,
    fetch: onlyJson(fetch) as typeof globalThis.fetch,
    ...(baseUrl ? { baseURL: baseUrl } : { baseURL: null, environment }),
  })

  return {
    openCheckout: (request: CheckoutRequest): Promise<{ sessionId: DodoSessionId; url: string }> =>
      understood('POST /checkouts', async () => {
        const session = await sdk.checkoutSessions.create(checkoutBody(request), {
          headers: { 'Idempotency-Key': request.idempotencyKey },
        })
        if (!session.session_id || !session.checkout_url) throw new Error('a session without an id or a url')
        return { sessionId: session.session_id as DodoSessionId, url: session.checkout_url }
      }),

    /** The payment made in a session, once there is one. */
    getSession: (
      id: DodoSessionId,
    ): Promise<{ paymentId: DodoPaymentId | null; paymentStatus: string | null }> =>
      understood('GET /checkouts/:id', async () => {
        const session = await sdk.checkoutSessions.retrieve(id)
        return {
          paymentId: (session.payment_id ?? null) as DodoPaymentId | null,
          paymentStatus: session.payment_status ?? null,
        }
      }),

    /** A payment with all its refunds and disputes. The list of refunds cannot be asked by payment. */
    getPayment: (
      id: DodoPaymentId,
    ): Promise<{ payment: DodoPayment; refunds: DodoRefund[]; disputes: DodoDispute[] }> =>
      understood('GET /payments/:id', async () => {
        const answer = await sdk.payments.retrieve(id)
        return {
          payment: paymentSchema.parse(answer),
          refunds: z.array(refundSchema).parse(answer.refunds ?? []),
          disputes: z.array(disputeSchema).parse(answer.disputes ?? []),
        }
      }),

    /** Ids and metadata of all payments created from `since` on. Pages are 0-based; the SDK's own paging skips one. */
    async listPayments(since: Date): Promise<{ id: DodoPaymentId; metadata: Record<string, unknown> }[]> {
      const found: { id: DodoPaymentId; metadata: Record<string, unknown> }[] = []
      const listed = pages('GET /payments', async page =>
        itemsOf(await sdk.payments.list({ ...windowFrom(since), page_number: page })),
      )
      for await (const items of listed)
        for (const item of items)
          found.push({ id: item.payment_id as DodoPaymentId, metadata: item.metadata ?? {} })
      return found
    },

    /**
     * Page by page, what was created from `since` on. There is no filter by change, so callers overlap generously.
     * A page that cannot be read throws: nothing is passed over. Pages are 0-based and end with an empty one.
     */
    paymentsSince: (since: Date) =>
      pages('GET /payments', async page => {
        const items = itemsOf(await sdk.payments.list({ ...windowFrom(since), page_number: page }))
        return items.map(toListedPayment)
      }),

    refundsSince: (since: Date) =>
      pages('GET /refunds', async page => {
        const items = itemsOf(await sdk.refunds.list({ ...windowFrom(since), page_number: page }))
        return items.map(toListedRefund)
      }),

    disputesSince: (since: Date) =>
      pages('GET /disputes', async page => {
        const items = itemsOf(await sdk.disputes.list({ ...windowFrom(since), page_number: page }))
        return items.map(item => toDisputeFact(disputeSchema.parse(item)))
      }),

    /** `amount` null refunds the whole payment; otherwise exactly that much, tax included. */
    refund: (request: {
      paymentId: DodoPaymentId
      productId: string
      amount: Money | null
      reason: string
      metadata: Readonly<Record<string, string>>
    }) =>
      understood('POST /refunds', async () =>
        refundSchema.parse(
          await sdk.refunds.create({
            payment_id: request.paymentId,
            reason: request.reason,
            metadata: { ...request.metadata },
            ...(request.amount
              ? { items: [{ item_id: request.productId, amount: toDodo(request.amount) }] }
              : {}),
          }),
        ),
      ),

    getRefund: (id: DodoRefundId) =>
      understood('GET /refunds/:id', async () => refundSchema.parse(await sdk.refunds.retrieve(id))),

    getProduct: (id: string) => understood('GET /products/:id', () => sdk.products.retrieve(id)),
  }
}

const windowFrom = (since: Date) => ({ created_at_gte: since.toISOString(), page_size: 100 })

async function* pages<T>(call: string, read: (page: number) => Promise<T[]>): AsyncGenerator<T[]> {
  for (let page = 0; ; page++) {
    const found = await understood(call, () => read(page))
    if (found.length === 0) return
    yield found
  }
}

/**
 * The SDK takes an answer that is not JSON for an object with nothing in it: a session without a payment, a list without
 * an end. What a gateway says in Dodo's place must not count as Dodo's word.
 */
const onlyJson =
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    const response = await fetch(input, init)
    if (/json/i.test(response.headers.get('content-type') ?? '')) return response
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const call = `${init?.method ?? 'GET'} ${pathname}`
    throw new CallError('unknown', 'dodo', call, response.status, null, 'the answer is not JSON')
  }

/** The SDK takes a page without a list for an empty one, which would end the list. */
function itemsOf<T>(page: { items: T[] }): T[] {
  const { body } = page as unknown as { body?: { items?: unknown } }
  if (!Array.isArray(body?.items)) throw new Error('a page without items')
  return page.items
}
