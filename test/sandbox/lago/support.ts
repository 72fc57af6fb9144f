import type {
  CreditNoteItemObject,
  InvoiceMetadataObject,
  OrganizationObject,
  PaginationMeta,
  WebhookEndpointObject,
} from 'lago-javascript-client'
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock.ts'
import { createFakeLago, type FakeLago, type FakeLagoOptions } from '../../../sandbox/lago/fake-lago.ts'
import type {
  WireCreditNote,
  WireCustomer,
  WireFee,
  WireInvoice,
  WirePayment,
  WirePaymentRequest,
  WireWallet,
  WireWalletTransaction,
} from '../../../sandbox/lago/serialize/wire.ts'

export interface Answer {
  status: number
  body: Body
}

/** Every key an answer or a webhook may hold; a test knows which one it asked for. */
export interface Body {
  status: number
  webhook_type: string
  object_type: string
  organization_id: string
  invoice: WireInvoice & { fees: WireFee[]; metadata: Required<InvoiceMetadataObject>[] }
  invoices: WireInvoice[]
  payment: WirePayment
  payments: WirePayment[]
  credit_note: WireCreditNote & { items: CreditNoteItemObject[] }
  credit_notes: WireCreditNote[]
  estimated_credit_note: object
  customer: WireCustomer
  customers: WireCustomer[]
  wallet: WireWallet
  wallets: WireWallet[]
  wallet_transaction: WireWalletTransaction
  wallet_transactions: WireWalletTransaction[]
  payment_request: WirePaymentRequest
  payment_requests: WirePaymentRequest[]
  organization: OrganizationObject
  webhook_endpoint: WebhookEndpointObject
  webhook_endpoints: WebhookEndpointObject[]
  webhook: { public_key: string }
  invoice_payment_details: object
  payment_dispute_lost: { invoice: WireInvoice }
  payment_provider_invoice_payment_error: object
  meta: PaginationMeta
}

export interface Hook {
  type: string
  key: string
  headers: Record<string, string>
  raw: string
  body: Body
  at: Date
}

export interface Rig {
  lago: FakeLago
  clock: VirtualClock
  call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** What arrived at the endpoint, oldest first. */
  hooks: Hook[]
  /** Runs the jobs that are due and gives the types of the webhooks that came since the last time. */
  settle: () => Promise<string[]>
  /** Statuses the endpoint answers next; 200 when empty. */
  answers: number[]
}

export const START = new Date('2026-03-10T09:00:00.000Z')

/** A Lago on a clock of its own, with an endpoint that listens to everything. */
export function rig(options: FakeLagoOptions = {}): Rig {
  const clock = new VirtualClock(START)
  const hooks: Hook[] = []
  const answers: number[] = []
  const lago = createFakeLago({
    clock,
    endpoints: [{ url: 'https://bridge.test/webhooks/lago' }],
    transport: async (_url, init) => {
      const raw = String(init?.body)
      const body = JSON.parse(raw) as Body
      const headers = Object.fromEntries(new Headers(init?.headers))
      hooks.push({
        type: body.webhook_type,
        key: headers['x-lago-unique-key'] ?? '',
        headers,
        raw,
        body,
        at: clock.now(),
      })
      return new Response(null, { status: answers.shift() ?? 200 })
    },
    ...options,
  })
  let seen = 0
  return {
    lago,
    clock,
    hooks,
    answers,
    call: async (method, path, body) => {
      const response = await lago.fetch(
        new Request(
          `http://lago.test${path.startsWith('/api') || path === '/health' ? path : `/api/v1${path}`}`,
          {
            method,
            headers: { authorization: `Bearer ${lago.apiKey}`, 'content-type': 'application/json' },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          },
        ),
      )
      const text = await response.text()
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body }
    },
    settle: async () => {
      await clock.runDue()
      const types = hooks.slice(seen).map(hook => hook.type)
      seen = hooks.length
      return types
    },
  }
}

/** An answer to compare with; its body holds only what is given. */
export const answerOf = (status: number, body: object): Answer => ({ status, body: body as Body })

export const invalid = (error_details: Record<string, string[]>) =>
  answerOf(422, { status: 422, error: 'Unprocessable Entity', code: 'validation_errors', error_details })

export const forbidden = answerOf(403, { status: 403, error: 'Forbidden', code: 'feature_unavailable' })

export const missing = (resource: string) =>
  answerOf(404, { status: 404, error: 'Not Found', code: `${resource}_not_found` })

export const notAllowed = (code: string) => answerOf(405, { status: 405, error: 'Method Not Allowed', code })
