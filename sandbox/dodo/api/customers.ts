import type { Router } from '../../kernel/router.ts'
import { notFound } from '../api-error.ts'
import { changeEmail, createCustomer, getCustomer } from '../model/customers.ts'
import { pageOf } from '../paging.ts'
import { customerPatch, newCustomer, read } from '../schemas.ts'
import type { World } from '../world.ts'

export function customerRoutes(router: Router, world: World): void {
  const { customers, customersByEmail, paymentMethods } = world.state
  router
    .on('POST', '/customers', ({ json }) => Response.json(createCustomer(world, read(newCustomer, json))))
    .on('GET', '/customers', ({ query }) => {
      const email = query.get('email')?.toLowerCase()
      const name = query.get('name')?.toLowerCase()
      const rows = email === undefined ? customers.all() : (customersByEmail.get(email) ?? [])
      return pageOf(
        customers,
        rows,
        query,
        row => name === undefined || row.name.toLowerCase().includes(name),
        row => row,
      )
    })
    .on('GET', '/customers/:id', ({ params }) => Response.json(getCustomer(world, params['id'] ?? '')))
    .on('PATCH', '/customers/:id', ({ params, json }) => {
      const customer = getCustomer(world, params['id'] ?? '')
      const patch = read(customerPatch, json)
      if (patch.email) changeEmail(world, customer, patch.email)
      if (patch.name) customer.name = patch.name
      if (patch.phone_number !== undefined) customer.phone_number = patch.phone_number
      if (patch.metadata) customer.metadata = patch.metadata
      return Response.json(customer)
    })
    .on('GET', '/customers/:id/payment-methods', ({ params }) => {
      const { customer_id } = getCustomer(world, params['id'] ?? '')
      return Response.json({ items: paymentMethods.get(customer_id) ?? [] })
    })
    .on('DELETE', '/customers/:id/payment-methods/:method', ({ params }) => {
      const { customer_id } = getCustomer(world, params['id'] ?? '')
      const methods = paymentMethods.get(customer_id) ?? []
      const left = methods.filter(method => method.payment_method_id !== params['method'])
      if (left.length === methods.length) throw notFound('Payment method', params['method'] ?? '')
      paymentMethods.set(customer_id, left)
      return new Response(null, { status: 200 })
    })
    .on('POST', '/customers/:id/customer-portal/session', ({ params }) => {
      const { customer_id } = getCustomer(world, params['id'] ?? '')
      return Response.json({ link: `${world.baseUrl}/portal/${customer_id}?token=${world.random.id('')}` })
    })
}
