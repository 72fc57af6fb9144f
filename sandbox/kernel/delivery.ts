/** Where webhooks go. */
export interface WebhookEndpoint {
  id: string
  url: string
  /** Whether this endpoint wants the event type. Default: all. */
  accepts?: (type: string) => boolean
  /** Added to every delivery. */
  headers?: Record<string, string>
  disabled?: boolean
}

export interface WebhookEvent {
  type: string
  /** Serialises the payload; called once or per attempt, by the sender's `body` option. */
  render: () => string
}

interface Attempt {
  /** 1 for the first. */
  number: number
  at: Date
  headers: Record<string, string>
  body: string
  /** Null when no answer came. */
  status: number | null
  /** Why no answer came. */
  error?: string
}

type DeliveryState = 'waiting' | 'held' | 'delivered' | 'failed' | 'dropped'

/** One event on its way to one endpoint; the id is the same in every attempt and every replay. */
export interface Delivery {
  readonly id: string
  readonly type: string
  readonly endpoint: WebhookEndpoint
  readonly createdAt: Date
  state: DeliveryState
  /** The body of the last attempt, or of the event before the first. */
  body: string
  attempts: Attempt[]
}
