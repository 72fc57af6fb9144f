import type { Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { notFound, unprocessable } from '../errors.ts'
import { upsertCustomer } from '../operations/upsert-customer.ts'
import { has } from '../rules/version.ts'
import { customerObject } from '../serialize/customer.ts'
import { ALL_INCLUDES, invoiceObject } from '../serialize/invoice.ts'
import type { CustomerRow } from '../state/customer.ts'
import { answer } from './answer.ts'
import { filterInvoices } from './invoice-filters.ts'
import { paginate } from './paging.ts'
import { listOf, matchesMetadata, metadataFilter, pathId, root } from './params.ts'

export function customerRoutes(ctx: Context, router: Router): void {
  // Rails reads what follows a dot as a format, so such an external id is never found by path.
  const found = (id: string): CustomerRow => {
    const customer = id.includes('.') ? undefined : ctx.state.customersByExternalId.get(id)
    if (!customer) throw notFound('customer')
    return customer
  }

  router
    .on('POST', '/api/v1/customers', incoming => {
      const customer = upsertCustomer(ctx, root(incoming, 'customer'))
      return answer({ customer: customerObject(ctx, customer) })
    })
    .on('GET', '/api/v1/customers', ({ query }) => {
      const { rows, meta } = paginate(filterCustomers(ctx, query), query)
      return answer({ customers: rows.map(customer => customerObject(ctx, customer)), meta })
    })
    .on('GET', '/api/v1/customers/:id', incoming =>
      answer({ customer: customerObject(ctx, found(pathId(incoming))) }),
    )
    .on('GET', '/api/v1/customers/:id/invoices', incoming => {
      const query = new URLSearchParams(incoming.query)
      query.set('external_customer_id', found(pathId(incoming)).external_id)
      const { rows, meta } = paginate(filterInvoices(ctx, query), query)
      return answer({ invoices: rows.map(invoice => invoiceObject(ctx, invoice, ALL_INCLUDES)), meta })
    })
    .on('POST', '/api/v1/customers/:id/checkout_url', incoming => {
      const customer = found(pathId(incoming))
      if (customer.payment_provider === null) throw unprocessable({ base: ['no_linked_payment_provider'] })
      return answer({
        customer: {
          lago_customer_id: customer.lago_id,
          external_customer_id: customer.external_id,
          payment_provider: customer.payment_provider,
          payment_provider_code: customer.payment_provider_code,
          checkout_url: `https://${customer.payment_provider}.test/setup/${customer.lago_id}`,
        },
      })
    })
}

function filterCustomers(ctx: Context, query: URLSearchParams): CustomerRow[] {
  const external = query.get('external_id')
  const byId = external !== null && has(ctx.settings.version, 'customersExternalIdFilter')
  const single = byId ? ctx.state.customersByExternalId.get(external) : undefined
  const candidates = byId ? (single ? [single] : []) : [...ctx.state.customers.values()].reverse()
  const metadata = metadataFilter(query)
  const term = query.get('search_term')?.toLowerCase()
  const currencies = listOf(query, 'currencies')
  const countries = listOf(query, 'countries')
  return candidates.filter(
    customer =>
      matchesMetadata(customer.metadata, metadata) &&
      (currencies.length === 0 || currencies.includes(customer.currency ?? '')) &&
      (countries.length === 0 || countries.includes(customer.country ?? '')) &&
      (!term ||
        [customer.name, customer.external_id, customer.email, customer.legal_name].some(text =>
          text?.toLowerCase().includes(term),
        )),
  )
}
