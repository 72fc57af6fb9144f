import type { Random } from '../../sandbox/kernel/random.ts'
import type { Sandbox } from './stack/sandbox.ts'

/** What becomes of an invoice: paid; paid and partly refunded in Dodo, or from Lago; or voided and paid too late. */
export type Fate = 'paid' | 'refunded-in-dodo' | 'refunded-in-lago' | 'paid-too-late'

export type Story = {
  id: string
  fate: Fate
  madeAt: number
  /** When its pay link was first seen in Lago. */
  linkedAt: number | null
  /** The checkout that the customer was led to. */
  sessionId: string | null
  paymentId: string | null
  /** Nothing is left to do for anybody outside. */
  over: boolean
}

type ShownInvoice = {
  lago_id: string
  payment_status: string
  metadata?: { key: string; value: string }[]
}

const TOTAL = 1200
const PART = 300
/** Lago's sandbox shows its newest hundred. */
const MOST = 90
const LOOK_MS = 200

/** Lago makes invoices, customers follow their links and pay at Dodo, some money goes back. */
export class Load {
  readonly stories = new Map<string, Story>()
  #making = true
  #looking = true
  readonly #busy = new Set<Promise<unknown>>()
  #lanes: Promise<unknown>[] = []

  constructor(
    private readonly sandbox: Sandbox,
    private readonly random: Random,
    private readonly perSecond: number,
  ) {}

  start(): void {
    this.#lanes = [this.#make(), this.#look()]
  }

  /** A burst on top: `count` invoices at once. */
  async burst(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#invoice()))
  }

  /** No new invoices; the customers go on. */
  calm(): void {
    this.#making = false
  }

  async stop(): Promise<void> {
    this.#making = false
    this.#looking = false
    await Promise.all(this.#lanes)
    await Promise.all(this.#busy)
  }

  /** The longest that an invoice waited for its link, in milliseconds; those without one until now. */
  get slowest(): number {
    const now = performance.now()
    return Math.max(
      0,
      ...[...this.stories.values()].map(({ madeAt, linkedAt }) => (linkedAt ?? now) - madeAt),
    )
  }

  async #make(): Promise<void> {
    while (this.#making) {
      if (this.stories.size < MOST) await this.#invoice().catch(() => {})
      await Bun.sleep((2 * this.random.next() * 1000) / this.perSecond)
    }
  }

  async #invoice(): Promise<void> {
    const fates: Fate[] = [
      'paid',
      'paid',
      'paid',
      'paid',
      'paid',
      'paid',
      'refunded-in-dodo',
      'refunded-in-lago',
      'paid-too-late',
    ]
    const fate = this.random.pick(fates)
    const madeAt = performance.now()
    const { lago_id: id } = await this.sandbox.lago<{ lago_id: string }>('createInvoice', {
      customer: `cust_${this.random.int(1, 20)}`,
      fees: [TOTAL],
    })
    this.stories.set(id, { id, fate, madeAt, linkedAt: null, sessionId: null, paymentId: null, over: false })
  }

  async #look(): Promise<void> {
    while (this.#looking) {
      const state = await this.sandbox.lago<{ latest_invoices: ShownInvoice[] }>('state').catch(() => null)
      for (const invoice of state?.latest_invoices ?? []) this.#seen(invoice)
      await Bun.sleep(LOOK_MS)
    }
  }

  #seen({ lago_id, payment_status, metadata }: ShownInvoice): void {
    const story = this.stories.get(lago_id)
    if (!story || story.over) return
    const link = metadata?.find(({ key }) => key === 'dodo_payment_url')?.value
    if (link && story.linkedAt === null) {
      story.linkedAt = performance.now()
      this.#do(this.#customer(story, link))
    }
    if (payment_status === 'succeeded' && story.paymentId) {
      story.over = true
      this.#do(this.#afterwards(story, story.paymentId))
    }
  }

  #do(work: Promise<unknown>): void {
    const done = work.catch(() => {}).finally(() => this.#busy.delete(done))
    this.#busy.add(done)
  }

  /** Follows the link until it leads to a checkout, and pays there. */
  async #customer(story: Story, link: string): Promise<void> {
    await Bun.sleep(this.random.int(0, 500))
    while (this.#looking && story.sessionId === null) {
      const to = await followed(link)
      story.sessionId = /\/session\/(cks_\w+)/.exec(to ?? '')?.[1] ?? null
      if (story.sessionId === null) await Bun.sleep(300)
    }
    if (story.sessionId === null) return
    if (story.fate === 'paid-too-late') await this.sandbox.lago('voidInvoice', { invoice_id: story.id })
    const payment = await this.sandbox.dodo<{ payment_id: string }>(`sessions/${story.sessionId}/pay`, {})
    story.paymentId = payment.payment_id
    if (story.fate === 'paid-too-late') story.over = true
  }

  async #afterwards({ id, fate }: Story, paymentId: string): Promise<void> {
    if (fate === 'refunded-in-dodo') await this.sandbox.dodo(`payments/${paymentId}/refund`, { amount: PART })
    if (fate === 'refunded-in-lago')
      await this.sandbox.lago('refundByCreditNote', { invoice_id: id, amount_cents: PART, reason: 'other' })
  }
}

/** Where a link leads, without going there. */
export async function followed(link: string): Promise<string | null> {
  const answer = await fetch(link, {
    redirect: 'manual',
    keepalive: false,
    signal: AbortSignal.timeout(12_000),
  }).catch(() => null)
  return answer?.headers.get('location') ?? null
}
