import type { Customer } from 'dodopayments/resources/customers/customers'
import type { CustomerLimitedDetails } from 'dodopayments/resources/payments'
import { notFound } from '../api-error.ts'
import { now, type World } from '../world.ts'

export interface NewCustomer {
  email: string
  name: string
  phone_number?: string | null | undefined
  metadata?: Customer['metadata'] | null | undefined
}

/** E-mail addresses are not unique: every call makes another customer. */
export function createCustomer(world: World, input: NewCustomer): Customer {
  const customer: Customer = {
    customer_id: world.random.id('cus_'),
    business_id: world.businessId,
    created_at: now(world),
    email: input.email,
    name: input.name,
    phone_number: input.phone_number ?? null,
    metadata: input.metadata ?? {},
  }
  world.state.customers.add(customer)
  index(world, customer)
  return customer
}

export function getCustomer(world: World, id: string): Customer {
  const customer = world.state.customers.get(id)
  if (!customer) throw notFound('Customer', id)
  return customer
}

/** The most recent customer with that e-mail address. */
export function findByEmail(world: World, email: string): Customer | undefined {
  return world.state.customersByEmail.get(email.toLowerCase())?.at(-1)
}

export function changeEmail(world: World, customer: Customer, email: string): void {
  const old = world.state.customersByEmail.get(customer.email.toLowerCase())
  old?.splice(old.indexOf(customer), 1)
  customer.email = email
  index(world, customer)
}

/** The part of a customer that other objects show. */
export function limited(customer: Customer): CustomerLimitedDetails {
  return {
    customer_id: customer.customer_id,
    email: customer.email,
    name: customer.name,
    phone_number: customer.phone_number ?? null,
    metadata: customer.metadata ?? {},
  }
}

function index(world: World, customer: Customer): void {
  const key = customer.email.toLowerCase()
  const list = world.state.customersByEmail.get(key)
  if (list) list.push(customer)
  else world.state.customersByEmail.set(key, [customer])
}
