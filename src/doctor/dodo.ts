import { isRefusal } from '../calls/call-error.ts'
import type { Fetch } from '../calls/guarded-fetch.ts'
import type { Config } from '../config.ts'
import { createDodoClient } from '../dodo/client.ts'
import { inspectDodo } from '../dodo/inspect.ts'
import { productFault } from '../dodo/product-check.ts'
import { DODO_EVENTS } from '../dodo/webhook.ts'
import { lookAtEndpoint } from './endpoint.ts'
import { type Finding, hint, ok, unreachable, wrong } from './finding.ts'

const WHERE = 'Dodo, Developer, Webhooks'
const SETTINGS = { url: 'DODO_ENVIRONMENT', key: 'DODO_API_KEY' }

/** Whether Dodo lets us in, whether each product charges exact amounts, and whether its webhooks come here. */
export async function lookAtDodo(config: Config, fetch: Fetch): Promise<Finding[]> {
  const inspect = inspectDodo({ ...config.dodo, fetch })
  const findings = await lookAtProducts(config, fetch)
  try {
    const url = `${config.publicUrl}/webhooks/dodo`
    const about = 'Dodo webhooks'
    const seen = lookAtEndpoint({ about, url, needed: DODO_EVENTS, where: WHERE }, await inspect.endpoints())
    findings.push(...seen.findings)
    if (seen.endpoint) {
      const bare = (secret: string) => secret.replace(/^whsec_/, '')
      const secret = bare(await inspect.secretOf(seen.endpoint.id))
      if (!config.dodo.webhookKeys.some(key => bare(key) === secret))
        findings.push(
          wrong(
            about,
            `DODO_WEBHOOK_KEY is not the secret of ${url}`,
            `copy the signing secret from ${WHERE}`,
          ),
        )
    }
  } catch (error) {
    findings.push(unreachable('Dodo', error, SETTINGS))
  }
  return findings
}

async function lookAtProducts(config: Config, fetch: Fetch): Promise<Finding[]> {
  const client = createDodoClient({ ...config.dodo, fetch })
  const findings: Finding[] = []
  for (const [currency, id] of config.products) {
    const about = `product ${currency === '*' ? 'for any currency' : currency}`
    try {
      const product = await client.getProduct(id)
      const fault = productFault(product, currency === '*' ? null : currency, config.taxMode)
      if (fault)
        findings.push(wrong(about, `${id}: ${fault}`, 'change it in Dodo, Products, or name another'))
      else if (currency === '*' && config.products.size === 1)
        findings.push(
          hint(
            about,
            `${id} charges in ${product.price.currency} alone`,
            'name one for each currency in DODO_PRODUCTS',
          ),
        )
      else findings.push(ok(about, `${id} charges exact amounts`))
    } catch (error) {
      if (isRefusal(error, 404))
        findings.push(
          wrong(
            about,
            `Dodo knows no product ${id}`,
            'products of test and live mode differ; see DODO_ENVIRONMENT',
          ),
        )
      else findings.push(unreachable('Dodo', error, SETTINGS))
    }
  }
  return findings
}
