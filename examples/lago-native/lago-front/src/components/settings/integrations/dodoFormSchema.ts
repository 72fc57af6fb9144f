import { z } from 'zod'

/** One line of the form: which Dodo product collects invoices of which currency. */
export type DodoProductLine = { currency: string; productId: string }

export type DodoFormValues = {
  name: string
  code: string
  apiKey: string
  environment: 'test_mode' | 'live_mode'
  webhookSecret: string
  products: string
  mandateProducts: string
  successRedirectUrl: string
}

export const dodoFormDefaults: DodoFormValues = {
  name: '',
  code: '',
  apiKey: '',
  environment: 'test_mode',
  webhookSecret: '',
  products: '',
  mandateProducts: '',
  successRedirectUrl: '',
}

const LINE = /^([A-Za-z]{3})\s*[:=]\s*(\S+)$/

/**
 * Reads lines such as `USD: pdt_abc`, separated by new lines or commas.
 *
 * @returns null when a line cannot be read or a currency comes twice
 */
export const parseDodoProducts = (text: string): DodoProductLine[] | null => {
  const entries = text
    .split(/[\n,]/)
    .map(entry => entry.trim())
    .filter(entry => entry !== '')
  const lines: DodoProductLine[] = []

  for (const entry of entries) {
    const [, currency, productId] = LINE.exec(entry) ?? []

    if (!currency || !productId) return null
    lines.push({ currency: currency.toUpperCase(), productId })
  }

  return new Set(lines.map(line => line.currency)).size === lines.length ? lines : null
}

export const formatDodoProducts = (lines: ReadonlyArray<DodoProductLine>): string =>
  lines.map(({ currency, productId }) => `${currency}: ${productId}`).join('\n')

const REQUIRED = { message: 'text_624ea7c29103fd010732ab7d' }
const PRODUCTS = { message: 'text_dodo_products_invalid' }

const secretFormat = (value: string) => value === '' || /^whsec_[A-Za-z0-9+/]+=*$/.test(value.trim())
const httpUrl = (value: string) => value === '' || /^https?:\/\/\S+$/.test(value)

/** @param isEdition secrets are never sent back to the browser, so that an empty one means "unchanged" */
export const dodoFormSchema = (isEdition: boolean) =>
  z.object({
    name: z.string().min(1, REQUIRED),
    code: z.string().min(1, REQUIRED),
    apiKey: isEdition ? z.string() : z.string().min(1, REQUIRED),
    environment: z.enum(['test_mode', 'live_mode']),
    webhookSecret: z.string().refine(secretFormat, { message: 'text_dodo_webhook_secret_invalid' }),
    products: z.string().refine(value => (parseDodoProducts(value)?.length ?? 0) > 0, PRODUCTS),
    mandateProducts: z.string().refine(value => parseDodoProducts(value) !== null, PRODUCTS),
    successRedirectUrl: z.string().refine(httpUrl, { message: 'text_url_invalid' }),
  })

/** The mutation's arguments: what was left empty is left out. */
export const toDodoInput = (values: DodoFormValues) => ({
  name: values.name,
  code: values.code,
  environment: values.environment,
  apiKey: values.apiKey.trim() || undefined,
  webhookSecret: values.webhookSecret.trim() || undefined,
  products: parseDodoProducts(values.products) ?? [],
  mandateProducts: parseDodoProducts(values.mandateProducts) ?? [],
  successRedirectUrl: values.successRedirectUrl || undefined,
})
