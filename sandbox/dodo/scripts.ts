/** How an off-session charge ends. */
export interface ChargeScript {
  outcome: 'succeeded' | 'failed' | 'cancelled' | 'requires_customer_action' | 'hang'
  errorCode?: string | undefined
  /** Delay on the sandbox's clock; 0: settled before the call is answered. Indian mandates take some 50 hours. */
  afterMs?: number | undefined
  /** Send `payment.processing` while it is open. */
  announceProcessing?: boolean | undefined
}

/** How a refund begins and ends. */
export interface RefundScript {
  /** Status in the answer to `POST /refunds`. */
  initial: 'succeeded' | 'failed' | 'pending' | 'review'
  /** What a pending one becomes. Missing: it stays, until settled by hand. */
  final?: 'succeeded' | 'failed' | undefined
  afterMs?: number | undefined
}

/** Scripts are used up in their order; then the default holds. */
export class ScriptQueue<T> {
  private readonly queues = new Map<string, T[]>()

  constructor(readonly fallback: T) {}

  /** `key` is an id, or `*` for any. */
  push(key: string, ...scripts: T[]): void {
    this.queues.set(key, [...(this.queues.get(key) ?? []), ...scripts])
  }

  next(key: string): T {
    return this.queues.get(key)?.shift() ?? this.queues.get('*')?.shift() ?? this.fallback
  }
}
