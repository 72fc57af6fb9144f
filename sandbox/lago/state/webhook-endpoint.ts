export interface WebhookEndpointRow {
  lago_id: string
  webhook_url: string
  signature_algo: 'hmac' | 'jwt'
  name: string | null
  /** Null: all. Empty: none. */
  event_types: string[] | null
  created_at: Date
}
