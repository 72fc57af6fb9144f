export type Json = Record<string, unknown>

/** A call that the stub was sent. */
export type StubCall = { method: string; path: string; headers: Headers; body: Json }

/** The least of a Dodo: it opens checkouts under numbered ids, tells of payments it was told of, and remembers calls. */
export type StubDodo = {
  url: string
  calls: StubCall[]
  /** How often a call was sent. */
  count(method: string, path: string): number
  /** What `GET /payments/:id` answers. */
  payments: Map<string, Json>
  /** What `GET /checkouts/:id` answers besides its id. */
  sessions: Map<string, Json>
  /** Answers instead, as often as it is listed. */
  failures: Response[]
  /** Every checkout waits for this. */
  gate: Promise<void> | null
  stop(): Promise<void>
}

const PRODUCT = {
  product_id: 'pdt_test',
  price: {
    type: 'one_time_price',
    currency: 'USD',
    price: 1,
    discount: 0,
    pay_what_you_want: true,
    tax_inclusive: true,
    purchasing_power_parity: false,
  },
}

/** `showsProduct`: it can also be asked about the product. */
export function startStubDodo(showsProduct = false): StubDodo {
  const calls: StubCall[] = []
  const payments = new Map<string, Json>()
  const sessions = new Map<string, Json>()
  const failures: Response[] = []
  let opened = 0
  let refunded = 0
  const stub: Omit<StubDodo, 'url' | 'stop'> = {
    calls,
    payments,
    sessions,
    failures,
    gate: null,
    count: (method, path) => calls.filter(call => call.method === method && call.path === path).length,
  }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { pathname: path } = new URL(request.url)
      const text = await request.text()
      const body = (text === '' ? {} : JSON.parse(text)) as Json
      calls.push({ method: request.method, path, headers: request.headers, body })
      const id = path.split('/')[2] ?? ''
      if (request.method === 'POST' && path === '/checkouts') {
        await stub.gate
        const failure = failures.shift()
        if (failure) return failure
        opened++
        return Response.json({
          session_id: `cks_${opened}`,
          checkout_url: `https://checkout.test/cks_${opened}`,
        })
      }
      if (request.method === 'GET' && path.startsWith('/checkouts/'))
        return Response.json({
          id,
          created_at: new Date().toISOString(),
          payment_id: null,
          payment_status: null,
          ...sessions.get(id),
        })
      if (showsProduct && path === '/products/pdt_test') return Response.json(PRODUCT)
      if (request.method === 'GET' && path === '/payments') return Response.json({ items: [] })
      if (request.method === 'GET' && path.startsWith('/payments/')) {
        const payment = payments.get(id)
        return payment
          ? Response.json(payment)
          : Response.json({ code: 'NOT_FOUND', message: 'no' }, { status: 404 })
      }
      if (request.method === 'POST' && path === '/refunds')
        return Response.json({
          refund_id: `ref_ours_${++refunded}`,
          payment_id: body['payment_id'],
          status: 'succeeded',
          amount: 5000,
          currency: 'USD',
          created_at: new Date().toISOString(),
        })
      return Response.json({ code: 'NOT_FOUND', message: 'no such route' }, { status: 404 })
    },
  })
  return Object.assign(stub, {
    url: `http://127.0.0.1:${server.port}`,
    stop: () => server.stop(true),
  })
}
