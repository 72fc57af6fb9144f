import { createHmac, randomUUID } from 'node:crypto'
import { createFakeLago } from '../sandbox/lago/fake-lago.ts'

const HMAC_KEY = 'bench_hmac_key_0123456789'

export const LAGO_HMAC_KEY = HMAC_KEY

/** The body of `invoice.created` as the fake Lago sends it, and the id of the invoice in it. */
export async function sampleBody(): Promise<{ body: string; invoiceId: string }> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const lago = createFakeLago({
    endpoints: [{ url: 'http://bench.test/webhooks/lago', event_types: ['invoice.created'] }],
    transport: async (_url, init) => {
      resolve(String(init?.body))
      return new Response('')
    },
  })
  const invoice = lago.control.createInvoice({ fees: [4900, 1200], taxes: [20] })
  return { body: await promise, invoiceId: invoice.lago_id }
}

/** `count` requests, each about another invoice, signed and ready to be written to a socket. */
export async function signedRequests(count: number): Promise<Buffer[]> {
  const { body, invoiceId } = await sampleBody()
  const bytes = Buffer.byteLength(body)
  return Array.from({ length: count }, () => {
    const mine = body.replaceAll(invoiceId, randomUUID())
    const signature = createHmac('sha256', HMAC_KEY).update(mine).digest('base64')
    const head = [
      'POST /webhooks/lago HTTP/1.1',
      'host: 127.0.0.1',
      'content-type: application/json',
      `content-length: ${bytes}`,
      `x-lago-unique-key: ${randomUUID()}`,
      'x-lago-signature-algorithm: hmac',
      `x-lago-signature: ${signature}`,
    ]
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${mine}`)
  })
}
