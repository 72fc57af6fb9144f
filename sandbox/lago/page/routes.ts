import type { Incoming, Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import type { Control } from '../control/control.ts'
import { LagoError } from '../errors.ts'
import type { InvoiceType } from '../rules/credit-note-input.ts'
import { dueOf } from '../state/invoice.ts'
import { invoicesPage } from './invoices-page.ts'

type Form = (name: string) => string

/** `GET /` and the forms on it. Each form answers with a redirect to the page and says there what happened. */
export function pageRoutes(router: Router, ctx: Context, control: Control): void {
  router.on('GET', '/', ({ query }) => page(ctx, query.get('notice')))
  for (const [name, action] of Object.entries(formActions(ctx, control))) {
    router.on('POST', `/_sandbox/page/${name}`, incoming => redirect(run(action, incoming)))
  }
}

function formActions(ctx: Context, control: Control): Record<string, (form: Form) => string> {
  return {
    create: form => {
      const customer = form('customer')
      if (!ctx.state.customersByExternalId.has(customer)) {
        control.createCustomer({
          external_id: customer,
          name: customer,
          email: form('email') || null,
          currency: form('currency'),
          country: 'US',
        })
      }
      const invoice = control.createInvoice({
        customer,
        currency: form('currency'),
        fees: [{ amount_cents: Math.round(Number(form('amount'))), name: 'Demo' }],
        invoice_type: form('type') as InvoiceType,
      })
      return `Invoice ${invoice.number} was created and its webhook sent.`
    },
    retry: form => {
      control.pressRetryPayment({ invoice_id: form('invoice_id') })
      return 'Lago was asked to collect again.'
    },
    pay: form => {
      const invoice = ctx.state.invoices.get(form('invoice_id'))
      const payment = control.recordPaymentByOperator({
        invoice_id: form('invoice_id'),
        amount_cents: invoice ? dueOf(invoice) : 0,
      })
      return `A payment of ${payment.amount_cents} was recorded by hand.`
    },
    refund: form => {
      const note = control.refundByCreditNote({
        invoice_id: form('invoice_id'),
        amount_cents: Math.round(Number(form('amount'))),
      })
      return `Credit note ${note.number} asks for a refund of ${note.refund_amount_cents}.`
    },
    void: form => `Invoice ${control.voidInvoice({ invoice_id: form('invoice_id') }).number} was voided.`,
    regenerate: form =>
      `Invoice ${control.regenerate({ invoice_id: form('invoice_id') }).number} replaces it.`,
    finalize: form =>
      `Invoice ${control.finalizeDraft({ invoice_id: form('invoice_id') }).number} was finalized.`,
    licence: form => {
      control.setPremium({ premium: form('premium') === 'true' })
      return form('premium') === 'true' ? 'The licence is on.' : 'The licence is off.'
    },
    overdue: () => `Marked overdue: ${control.markOverdueTick().length}.`,
  }
}

function run(action: (form: Form) => string, incoming: Incoming): string {
  const fields = new URLSearchParams(incoming.text)
  try {
    return action(name => fields.get(name) ?? '')
  } catch (error) {
    if (error instanceof LagoError) return `Lago refused: ${error.message}`
    throw error
  }
}

function page(ctx: Context, notice: string | null): Response {
  return new Response(invoicesPage(ctx, notice), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    },
  })
}

const redirect = (notice: string): Response =>
  new Response(null, { status: 303, headers: { location: `/?notice=${encodeURIComponent(notice)}` } })
