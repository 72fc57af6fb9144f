import { lagoApiAddress, webAddress } from '../kinds/address.ts'
import { duration } from '../kinds/duration.ts'
import { webhookAlgorithms } from '../kinds/products.ts'
import { wholeNumber } from '../kinds/scalar.ts'
import { secretText, secretTexts } from '../kinds/secret.ts'
import { setting } from '../setting.ts'

export const lagoSettings = {
  lagoApiUrl: setting({
    name: 'LAGO_API_URL',
    group: 'Lago',
    kind: lagoApiAddress,
    required: true,
    meaning: 'The API of your Lago',
    where:
      'https://api.getlago.com or https://api.eu.getlago.com for Lago Cloud, else the `LAGO_API_URL` of your own Lago',
  }),
  lagoApiKey: setting({
    name: 'LAGO_API_KEY',
    group: 'Lago',
    kind: secretText(8),
    secret: true,
    required: true,
    meaning: 'The key it calls Lago with',
    where:
      'Lago, Developers, API keys; it must read and write invoices, payments, credit notes and customers',
  }),
  lagoHmacKeys: setting({
    name: 'LAGO_WEBHOOK_HMAC_KEY',
    group: 'Lago',
    kind: secretTexts(16),
    secret: true,
    also: 'required unless `LAGO_WEBHOOK_ALGORITHMS` is `jwt`; several are accepted during rotation',
    meaning: "The keys that Lago's HMAC-signed webhooks are verified with",
    where: 'Lago, Developers, Webhooks, "HMAC signature token"',
  }),
  lagoAlgorithms: setting({
    name: 'LAGO_WEBHOOK_ALGORITHMS',
    group: 'Lago',
    kind: webhookAlgorithms,
    default: 'hmac,jwt',
    meaning: 'The signatures accepted on webhooks from Lago; JWT is verified with the public key Lago serves',
    where: 'the signature chosen for the webhook endpoint in Lago, Developers, Webhooks',
  }),
  lagoIssuer: setting({
    name: 'LAGO_JWT_ISSUER',
    group: 'Lago',
    kind: webAddress,
    defaultInWords: '`LAGO_API_URL` without `/api/v1`',
    meaning: "The issuer in Lago's JWT-signed webhooks",
    where: 'the `LAGO_API_URL` that Lago itself runs with, if it is reached by another address from here',
  }),
  lagoRate: setting({
    name: 'LAGO_REQUESTS_PER_SECOND',
    group: 'Lago',
    kind: wholeNumber(1, 10_000),
    default: '50',
    meaning: 'Most requests a second to Lago',
    where: 'the rate limit of your Lago plan; Lago Cloud allows 50, a Lago of your own has none',
  }),
  lagoTimeout: setting({
    name: 'LAGO_TIMEOUT',
    group: 'Lago',
    kind: duration('100ms', '2m'),
    default: '10s',
    meaning: 'How long one request to Lago may take',
    where: 'your own choice; longer for a slow Lago of your own',
  }),
}
