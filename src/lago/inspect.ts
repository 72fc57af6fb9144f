import { Client } from 'lago-javascript-client'
import { z } from 'zod'
import { isRefusal } from '../calls/call-error.ts'
import type { Fetch } from '../calls/guarded-fetch.ts'

const organizationSchema = z.object({ organization: z.object({ name: z.string() }) })
const endpointSchema = z.object({
  webhook_url: z.string(),
  signature_algo: z.string().nullish(),
  event_types: z.array(z.string()).nullish(),
})

export type LagoEndpoint = {
  url: string
  algorithm: string
  types: string[] | null
  disabled: boolean
}

/** What an operator wants to know of a Lago. Only reads. Throws what the fetch throws. */
export function inspectLago(options: { apiUrl: string; apiKey: string; fetch: Fetch }) {
  const api = Client(options.apiKey, { baseUrl: options.apiUrl, customFetch: options.fetch as typeof fetch })
  return {
    async organization(): Promise<string> {
      const response = await options.fetch(`${options.apiUrl}/organizations`, {
        headers: { authorization: `Bearer ${options.apiKey}` },
      })
      return organizationSchema.parse(await response.json()).organization.name
    },

    /** Whether payments with amounts and credit notes can be written; null if this Lago does not let it be seen. */
    async hasLicence(): Promise<boolean | null> {
      try {
        await api.analytics.findAllInvoiceCollections()
        return true
      } catch (error) {
        if (isRefusal(error, 403, 'feature_unavailable')) return false
        if (isRefusal(error)) return null
        throw error
      }
    },

    async endpoints(): Promise<LagoEndpoint[]> {
      const { data } = await api.webhookEndpoints.findAllWebhookEndpoints({ per_page: 100 })
      return data.webhook_endpoints.map(json => {
        const endpoint = endpointSchema.parse(json)
        return {
          url: endpoint.webhook_url,
          algorithm: endpoint.signature_algo ?? 'jwt',
          types: endpoint.event_types ?? null,
          disabled: false,
        }
      })
    },
  }
}
