import DodoPayments from 'dodopayments'
import { z } from 'zod'
import type { Fetch } from '../calls/guarded-fetch.ts'

const endpointSchema = z.object({
  id: z.string(),
  url: z.string(),
  disabled: z.boolean().nullish(),
  filter_types: z.array(z.string()).nullish(),
})

export type DodoEndpoint = { id: string; url: string; types: string[] | null; disabled: boolean }

type Options = {
  apiKey: string
  environment: 'test_mode' | 'live_mode'
  baseUrl: string | null
  fetch: Fetch
}

/** What an operator wants to know of a Dodo account. Only reads. Throws what the fetch throws. */
export function inspectDodo({ apiKey, environment, baseUrl, fetch }: Options) {
  const sdk = new DodoPayments({
    bearerToken: apiKey,
    webhookKey: null,
    maxRetries: 0,
    fetch: fetch as typeof globalThis.fetch,
    ...(baseUrl ? { baseURL: baseUrl } : { baseURL: null, environment }),
  })
  return {
    async endpoints(): Promise<DodoEndpoint[]> {
      const found: DodoEndpoint[] = []
      for await (const json of sdk.webhooks.list()) {
        const { id, url, disabled, filter_types: types } = endpointSchema.parse(json)
        found.push({ id, url, disabled: disabled === true, types: types && types.length > 0 ? types : null })
      }
      return found
    },

    secretOf: async (id: string): Promise<string> => (await sdk.webhooks.retrieveSecret(id)).secret,
  }
}
