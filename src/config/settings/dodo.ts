import { baseAddress } from '../kinds/address.ts'
import { duration } from '../kinds/duration.ts'
import { productId, productsByCurrency } from '../kinds/products.ts'
import { choice, wholeNumber } from '../kinds/scalar.ts'
import { secretText, signingKeys } from '../kinds/secret.ts'
import { setting } from '../setting.ts'

export const dodoSettings = {
  dodoApiKey: setting({
    name: 'DODO_API_KEY',
    aliases: ['DODO_PAYMENTS_API_KEY'],
    group: 'Dodo',
    kind: secretText(8),
    secret: true,
    required: true,
    meaning: 'The key it calls Dodo with',
    where: 'Dodo, Developer, API Keys, with write access, of the same mode as `DODO_ENVIRONMENT`',
  }),
  dodoEnvironment: setting({
    name: 'DODO_ENVIRONMENT',
    aliases: ['DODO_PAYMENTS_ENVIRONMENT'],
    group: 'Dodo',
    kind: choice(['test_mode', 'live_mode'], { test: 'test_mode', live: 'live_mode' }),
    default: 'test_mode',
    meaning: 'Whether money is real',
    where:
      'your own choice; the mode switch of the Dodo dashboard shows which keys and products belong to it',
  }),
  dodoBaseUrl: setting({
    name: 'DODO_API_BASE_URL',
    aliases: ['DODO_PAYMENTS_BASE_URL'],
    group: 'Dodo',
    kind: baseAddress(),
    defaultInWords: 'the address of `DODO_ENVIRONMENT`',
    also: 'refused in live mode, where it would send the live key elsewhere',
    meaning: 'Another address for the Dodo API, for a sandbox',
    where: 'the address of your sandbox; leave it unset for Dodo itself',
  }),
  dodoWebhookKeys: setting({
    name: 'DODO_WEBHOOK_KEY',
    aliases: ['DODO_PAYMENTS_WEBHOOK_KEY'],
    group: 'Dodo',
    kind: signingKeys,
    secret: true,
    also: 'required in live mode; several are accepted during rotation',
    meaning: "The keys that Dodo's webhooks are verified with",
    where: "Dodo, Developer, Webhooks, the endpoint's signing secret",
  }),
  dodoProducts: setting({
    name: 'DODO_PRODUCTS',
    group: 'Dodo',
    kind: productsByCurrency,
    also: 'this or `DODO_PRODUCT_ID` is required',
    meaning: 'The pay-what-you-want product of each currency, as `USD:pdt_…,EUR:pdt_…`',
    where: 'Dodo, Products: one single-payment, pay-what-you-want product for each currency',
  }),
  dodoProductId: setting({
    name: 'DODO_PRODUCT_ID',
    group: 'Dodo',
    kind: productId,
    also: 'this or `DODO_PRODUCTS` is required',
    meaning: 'The product of every currency that `DODO_PRODUCTS` does not name',
    where: 'Dodo, Products: a single-payment, pay-what-you-want product',
  }),
  dodoRate: setting({
    name: 'DODO_REQUESTS_PER_MINUTE',
    group: 'Dodo',
    kind: wholeNumber(1, 100_000),
    default: '240',
    meaning: 'Most requests a minute to Dodo',
    where: "the rate limit of your Dodo account's tier; the lowest has 240",
  }),
  dodoTimeout: setting({
    name: 'DODO_TIMEOUT',
    group: 'Dodo',
    kind: duration('100ms', '2m'),
    default: '20s',
    meaning: 'How long one request to Dodo may take before its outcome is looked up',
    where: 'your own choice',
  }),
}
