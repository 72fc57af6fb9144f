import type { FakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import type { FakeLago } from '../../sandbox/lago/fake-lago.ts'
import type { InvoiceRow } from '../../sandbox/lago/state/invoice.ts'
import type { Seen } from './kernel/network.ts'

/**
 * Stands where the calls of the replicas arrive and sees what each changes there and then: some wrongs leave no trace
 * in the end, such as an invoice that was unpaid for a moment.
 */
export class Witness {
  readonly wrongs: string[] = []
  /** Invoices whose payment status the service itself set to succeeded. */
  readonly settledByStatus = new Set<string>()

  constructor(
    private readonly lago: FakeLago,
    private readonly dodo: FakeDodo,
    private readonly taxMode: string,
    /** Top-ups whose credits an operator gives by hand. */
    private readonly byHand: ReadonlySet<string>,
    private readonly say: (line: string) => void,
  ) {}

  watch(call: Seen): () => (status: number) => void {
    const paid = () =>
      new Set(call.method === 'PUT' ? this.#invoices().filter(i => i.payment_status === 'succeeded') : [])
    const whenItLeft = paid()
    return () => {
      const before = paid()
      return status => this.#landed(call, status, { whenItLeft, before })
    }
  }

  #landed(call: Seen, status: number, paid: { whenItLeft: Set<InvoiceRow>; before: Set<InvoiceRow> }): void {
    this.#tell(call, status)
    if (status >= 300) return
    // Lago offers no way to keep others from recording a payment while a call of ours is under way.
    for (const invoice of paid.before)
      if (invoice.payment_status !== 'succeeded' && (paid.whenItLeft.has(invoice) || this.#isOurs(invoice)))
        this.wrongs.push(`${call.machine} un-paid invoice ${invoice.number}`)
    if (call.method === 'PUT') this.#settled(call)
    if (call.method === 'POST' && call.path === '/api/v1/payments') this.#recorded(call)
    if (call.method === 'POST' && call.path === '/api/v1/wallet_transactions') this.#moved(call)
  }

  /** It was paid with money that the service took. */
  #isOurs(invoice: InvoiceRow): boolean {
    return (
      this.settledByStatus.has(invoice.lago_id) ||
      invoice.payments.some(p => this.dodo.state.payments.get(p.reference ?? '') !== undefined)
    )
  }

  #tell({ machine, method, path, body, fate }: Seen, status: number): void {
    if (method === 'GET' && fate === '') return
    const detail =
      method === 'GET'
        ? ''
        : ` ${JSON.stringify(body)
            .replace(/(\/pay\/|ref=)[\w-]{22}/g, '$1…')
            .slice(0, 200)}`
    this.say(`  ${machine}: ${method} ${path}${detail} → ${status}${fate ? ` [${fate}]` : ''}`)
  }

  #settled({ path, body, machine }: Seen): void {
    const id = /^\/api\/v1\/invoices\/([^/]+)$/.exec(path)?.[1]
    const status = (body as { invoice?: { payment_status?: string } }).invoice?.payment_status
    if (!id || status !== 'succeeded') return
    this.settledByStatus.add(id)
    const invoice = this.lago.state.invoices.get(id)
    if (!invoice || this.#isByHand(invoice)) return
    const topupId = topupOf(invoice)
    const captured = topupId
      ? this.#captured('topup_id', topupId, invoice.currency)
      : this.#captured('lago_invoice_id', id, invoice.currency)
    const due = invoice.total_amount_cents - invoice.total_paid_amount_cents
    const offset = invoice.credit_notes.reduce((sum, note) => sum + note.offset_amount_cents, 0)
    if (captured < due - offset)
      this.wrongs.push(`${machine} marked ${invoice.number} paid: due ${due - offset}, captured ${captured}`)
  }

  /** Credits were given or taken. */
  #moved({ body, machine }: Seen): void {
    const { metadata } = (body as { wallet_transaction: { metadata: { key: string; value: string }[] } })
      .wallet_transaction
    const noted = (all: typeof metadata, key: string) => all.find(entry => entry.key === key)?.value ?? ''
    const name = (all: typeof metadata) => `${noted(all, 'topup_id')} ${noted(all, 'debit_key')}`
    const wanted = name(metadata)
    const times = [...this.lago.state.walletTransactions.values()].filter(t => name(t.metadata) === wanted)
    if (times.length > 1) this.wrongs.push(`${machine} moved credits ${times.length} times: ${wanted.trim()}`)
  }

  #recorded({ body, machine }: Seen): void {
    const { payment } = body as {
      payment: { invoice_id: string; amount_cents: number; reference: string }
    }
    const invoice = this.lago.state.invoices.get(payment.invoice_id)
    if (invoice && this.#isByHand(invoice)) return
    const paid = this.dodo.state.payments.get(payment.reference)?.payment
    if (!invoice || !paid) {
      this.wrongs.push(`${machine} recorded a payment that Dodo does not have: ${payment.reference}`)
      return
    }
    const unit = paid.currency === 'HUF' ? 100 : 1
    const bookings = invoice.payments.filter(p => p.reference === payment.reference)
    const booked = bookings.reduce((sum, p) => sum + p.amount_cents, 0)
    if (bookings.length > 1)
      this.wrongs.push(`${machine} recorded ${payment.reference} ${bookings.length} times`)
    if (paid.status !== 'succeeded')
      this.wrongs.push(`${machine} recorded ${payment.reference}, which is ${paid.status}`)
    const asked = this.#asked(paid.checkout_session_id ?? '')
    const tax = this.taxMode === 'exclusive' ? (paid.tax ?? 0) : 0
    if (asked !== paid.total_amount - tax)
      this.wrongs.push(
        `${machine} recorded ${payment.reference} of ${paid.total_amount}; ${asked} was asked for`,
      )
    if (paid.currency !== invoice.currency)
      this.wrongs.push(`${machine} recorded ${paid.currency} on an invoice in ${invoice.currency}`)
    if (booked * unit > paid.total_amount)
      this.wrongs.push(
        `${machine} recorded ${booked} of ${payment.reference}, which brought ${paid.total_amount}`,
      )
  }

  #isByHand(invoice: InvoiceRow): boolean {
    return this.byHand.has(topupOf(invoice) ?? '')
  }

  /** What a checkout asked for, in Dodo's minor unit. */
  #asked(sessionId: string): number | undefined {
    return this.dodo.state.sessions.get(sessionId)?.request.product_cart[0]?.amount ?? undefined
  }

  /** What Dodo took for an invoice or a top-up in its currency, in Lago's minor unit. */
  #captured(named: string, id: string, currency: string): number {
    const unit = currency === 'HUF' ? 100 : 1
    return this.dodo.state.payments
      .all()
      .filter(({ payment }) => payment.metadata?.[named] === id)
      .filter(({ payment }) => payment.status === 'succeeded' && payment.currency === currency)
      .reduce((sum, { payment }) => sum + payment.total_amount / unit, 0)
  }

  #invoices() {
    return [...this.lago.state.invoices.values()]
  }
}

/** The top-up that Lago wrote an invoice for. */
const topupOf = (invoice: InvoiceRow): string | undefined =>
  invoice.wallet_transaction?.metadata.find(({ key }) => key === 'topup_id')?.value
