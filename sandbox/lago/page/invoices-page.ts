import type { Context } from '../context.ts'
import { subunits } from '../rules/currency.ts'
import { dueOf, type InvoiceRow } from '../state/invoice.ts'
import { type Html, html } from './html.ts'
import { STYLE } from './style.ts'

const SHOWN = 50

/** The page a person sees at `/`: what Lago's own invoice list would show, and the buttons a demo needs. */
export function invoicesPage(ctx: Context, notice: string | null): string {
  const { settings, state } = ctx
  const invoices = state.invoicesNewestFirst().slice(0, SHOWN)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lago sandbox</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<header>
<h1>Lago sandbox</h1>
<span class="soft">behaves like v${settings.version}</span>
<form method="post" action="/_sandbox/page/licence">
<input type="hidden" name="premium" value="${settings.premium ? 'false' : 'true'}">
<button>${settings.premium ? 'Licence: on. Turn off' : 'Licence: off. Turn on'}</button>
</form>
<form method="post" action="/_sandbox/page/overdue"><button>Run the overdue job</button></form>
</header>
<main>
${notice !== null && html`<section class="notice" role="status">${notice}</section>`}
${newInvoice(ctx)}
<section>
<div class="scroll"><table>
<caption>Invoices, newest first (${state.invoices.size} in all)</caption>
<thead><tr><th scope="col">Invoice</th><th scope="col">Customer</th><th scope="col">Status</th>
<th scope="col" class="amount">Total</th><th scope="col" class="amount">Paid</th><th scope="col" class="amount">Due</th>
<th scope="col">Metadata</th><th scope="col">Actions</th></tr></thead>
<tbody>${invoices.map(row)}</tbody>
</table></div>
${invoices.length === 0 && html`<p class="soft">None yet. Create the first one above.</p>`}
</section>
</main>
</body>
</html>`
  return page.markup
}

function newInvoice(ctx: Context): Html {
  return html`<section>
<h2>New invoice</h2>
<form class="line" method="post" action="/_sandbox/page/create">
<label>Customer id <input name="customer" value="cust_1" required></label>
<label>E-mail <input name="email" type="email" value="ada@example.test"></label>
<label>Amount, minor units <input name="amount" type="number" min="1" step="1" value="4900" required></label>
<label>Currency <input name="currency" value="${ctx.organization.default_currency}" pattern="[A-Z]{3}" size="4" required></label>
<label>Type <select name="type"><option>subscription</option><option>one_off</option></select></label>
<button class="main">Create and finalize</button>
</form>
</section>`
}

function row(invoice: InvoiceRow): Html {
  const { customer } = invoice
  return html`<tr>
<td><strong>${invoice.number}</strong><br><span class="soft">${invoice.invoice_type}, ${invoice.issuing_date}</span></td>
<td>${customer.legal_name ?? customer.name ?? customer.external_id}<br><span class="soft">${customer.email}</span></td>
<td>${chip(invoice.status, invoice.status === 'finalized' ? 'good' : 'wait')}
${chip(`payment ${invoice.payment_status}`, PAYMENT_CHIPS[invoice.payment_status])}
${invoice.payment_overdue && chip('overdue', 'bad')}
${invoice.payment_dispute_lost_at !== null && chip('dispute lost', 'bad')}
${refunded(invoice)}</td>
<td class="amount" data-label="Total">${amount(invoice.total_amount_cents, invoice.currency)}</td>
<td class="amount" data-label="Paid">${amount(invoice.total_paid_amount_cents, invoice.currency)}</td>
<td class="amount" data-label="Due">${amount(dueOf(invoice), invoice.currency)}</td>
<td>${metadata(invoice)}</td>
<td><div class="actions">${actions(invoice)}</div></td>
</tr>`
}

const PAYMENT_CHIPS = { succeeded: 'good', pending: 'wait', failed: 'bad' } as const

const chip = (text: string, kind: 'good' | 'bad' | 'wait'): Html =>
  html`<span class="chip ${kind}">${text}</span> `

function refunded(invoice: InvoiceRow): Html[] {
  return invoice.credit_notes
    .filter(note => note.refund_amount_cents > 0)
    .map(note => {
      const text = `refund ${amount(note.refund_amount_cents, invoice.currency)} ${note.refund_status ?? ''}`
      return chip(text, note.refund_status === 'succeeded' ? 'good' : 'wait')
    })
}

function metadata(invoice: InvoiceRow): Html {
  return html`<dl class="meta">${invoice.metadata.map(
    ({ key, value }) => html`<div><dt>${key}</dt><dd>${link(value)}</dd></div>`,
  )}</dl>`
}

const link = (value: string): Html =>
  /^https?:\/\//.test(value) ? html`<a href="${value}" rel="noreferrer">${value}</a>` : html`${value}`

function actions(invoice: InvoiceRow): Html[] {
  const open = invoice.status === 'finalized' && invoice.payment_status !== 'succeeded'
  const refundable = invoice.total_paid_amount_cents - sumOfRefunds(invoice)
  const buttons: Html[] = []
  if (open) buttons.push(button(invoice, 'retry', 'Retry payment'))
  if (open) buttons.push(button(invoice, 'pay', 'Record payment'))
  if (refundable > 0 && invoice.status !== 'draft') {
    buttons.push(
      button(
        invoice,
        'refund',
        'Refund',
        html`<input name="amount" type="number" min="1" max="${refundable}" value="${refundable}" aria-label="Refund of ${invoice.number}, minor units">`,
      ),
    )
  }
  if (invoice.status === 'finalized') buttons.push(button(invoice, 'void', 'Void'))
  if (invoice.status === 'voided') buttons.push(button(invoice, 'regenerate', 'Regenerate'))
  if (invoice.status === 'draft') buttons.push(button(invoice, 'finalize', 'Finalize'))
  return buttons
}

function button(invoice: InvoiceRow, action: string, label: string, field?: Html): Html {
  return html`<form method="post" action="/_sandbox/page/${action}">
<input type="hidden" name="invoice_id" value="${invoice.lago_id}">${field}
<button aria-label="${label}: ${invoice.number}">${label}</button></form>`
}

const sumOfRefunds = (invoice: InvoiceRow): number =>
  invoice.credit_notes.reduce((sum, note) => sum + note.refund_amount_cents, 0)

function amount(cents: number, currency: string): string {
  const unit = subunits(currency)
  return `${(cents / unit).toFixed(Math.round(Math.log10(unit)))} ${currency}`
}
