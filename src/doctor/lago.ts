import type { Fetch } from '../calls/guarded-fetch.ts'
import type { Config } from '../config.ts'
import { inspectLago } from '../lago/inspect.ts'
import { LAGO_EVENTS } from '../lago/webhook.ts'
import { lookAtEndpoint } from './endpoint.ts'
import { type Finding, hint, ok, unreachable, wrong } from './finding.ts'

const WHERE = 'Lago, Developers, Webhooks'

/** Whether Lago lets us in, what it can do, and whether its webhooks come here signed as expected. */
export async function lookAtLago({ lago, publicUrl }: Config, fetch: Fetch): Promise<Finding[]> {
  const inspect = inspectLago({ ...lago, fetch })
  try {
    return [
      ok('Lago', `${await inspect.organization()} at ${lago.apiUrl}`),
      licence(await inspect.hasLicence()),
      ...webhooks(await inspect.endpoints()),
    ]
  } catch (error) {
    return [unreachable('Lago', error, { url: 'LAGO_API_URL', key: 'LAGO_API_KEY' })]
  }

  function webhooks(endpoints: Awaited<ReturnType<typeof inspect.endpoints>>): Finding[] {
    const url = `${publicUrl}/webhooks/lago`
    const about = 'Lago webhooks'
    const { findings, endpoint } = lookAtEndpoint(
      { about, url, needed: LAGO_EVENTS, where: WHERE },
      endpoints,
    )
    const accepted: readonly string[] = lago.webhookAlgorithms
    if (endpoint && !accepted.includes(endpoint.algorithm))
      findings.push(
        wrong(
          about,
          `${url} is signed by ${endpoint.algorithm}, and only ${accepted.join(', ')} is accepted`,
          `change the signature in ${WHERE}, or LAGO_WEBHOOK_ALGORITHMS`,
        ),
      )
    else if (endpoint?.algorithm === 'jwt')
      findings.push(
        hint(
          about,
          'a JWT carries the whole invoice in a header, which proxies cut off when it is large',
          `choose hmac in ${WHERE}`,
        ),
      )
    return findings
  }
}

function licence(has: boolean | null): Finding {
  if (has === true) return ok('Lago licence', 'amounts paid and credit notes are written to Lago')
  if (has === null)
    return hint('Lago licence', 'this Lago does not tell', 'it is found out at the first payment')
  return hint(
    'Lago licence',
    'there is none',
    'payments are told by status alone, and refunds are kept here and shown, without a credit note',
  )
}
