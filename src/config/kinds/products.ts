import { type Kind, kind, listOf } from './kind.ts'
import { choice, matching } from './scalar.ts'

/** Dodo's ids are opaque; only what could never be one is refused. */
const PRODUCT = /^[A-Za-z0-9_-]{1,100}$/

export const productId = matching(PRODUCT, 'the id of a Dodo product, such as `pdt_…`')

const pair = kind('', text => {
  const [code = '', id = '', ...more] = text.split(':').map(part => part.trim())
  if (more.length > 0 || !/^[a-z]{3}$/i.test(code) || !PRODUCT.test(id)) {
    return { wrong: 'is not a currency, a colon and a product id' }
  }
  return { value: [code.toUpperCase(), id] as const }
})

const PRODUCTS_RULE = 'a comma-separated list of `CURRENCY:product`, each currency once'

/** `USD:pdt_…,EUR:pdt_…`: the product of each currency, in upper case. */
export const productsByCurrency: Kind<ReadonlyMap<string, string>> = kind(PRODUCTS_RULE, text => {
  const parsed = listOf(pair, PRODUCTS_RULE, 200).schema.safeParse(text)
  if (!parsed.success) return { wrong: parsed.error.issues[0]?.message ?? 'has the wrong form' }
  const products = new Map(parsed.data)
  return products.size < parsed.data.length ? { wrong: 'names a currency twice' } : { value: products }
})

const algorithm = choice(['hmac', 'jwt'])

export const webhookAlgorithms: Kind<('hmac' | 'jwt')[]> = listOf(
  algorithm,
  'a comma-separated list of `hmac` and `jwt`',
  2,
)
