import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import { declineForCustomer } from '../core/decline.ts'
import type { InvoiceFact } from '../core/facts.ts'
import { formatMoney, money } from '../core/money.ts'
import type { PayView } from '../core/plan/pay-view.ts'

type Page = { status: 200 | 202 | 404 | 410; title: string; text: string; reload: boolean; retry: boolean }

const STYLE = `
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7; color: #1a1d21 }
  main { box-sizing: border-box; width: calc(100% - 2rem); max-width: 28rem; margin: 1rem; padding: 2rem; border-radius: 1rem; background: #fff; box-shadow: 0 1px 12px #0001 }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem }
  p { margin: .5rem 0 0 }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1.25rem 0 0 }
  dt { color: #5c6570 } dd { margin: 0; text-align: right }
  a { display: inline-block; margin-top: 1.25rem; padding: .6rem 1.2rem; border-radius: .5rem; background: #1b5fd1; color: #fff; text-decoration: none }
  a:focus-visible { outline: 3px solid #1b5fd1; outline-offset: 3px }
  @media (prefers-color-scheme: dark) { body { background: #14171a; color: #e8eaed } main { background: #1f2428 } dt { color: #a0a8b0 } }
`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The small page a payer gets when there is no checkout to be sent to. Every value is escaped. */
export function payPage(
  c: Context,
  view: PayView | { kind: 'unknown' },
  invoice: InvoiceFact | null = null,
): Response | Promise<Response> {
  const page = pageOf(view)
  c.header('Content-Security-Policy', POLICY)
  c.header('Cache-Control', 'no-store')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('X-Content-Type-Options', 'nosniff')
  if (page.reload) c.header('Refresh', '4')
  const again = c.req.path.replace(/\/return$/, '')
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${page.title}</h1>
<p role="status">${page.text}</p>
${invoice ? summary(invoice) : ''}
${page.retry ? html`<a href="${again}">Go to the payment page</a>` : ''}
</main>
</body>
</html>`,
    page.status,
  )
}

const summary = (invoice: InvoiceFact) =>
  html`<dl><dt>Invoice</dt><dd>${invoice.number}</dd><dt>Amount</dt><dd>${formatMoney(money(invoice.total, invoice.currency))}</dd></dl>`

function pageOf(view: PayView | { kind: 'unknown' }): Page {
  const plain = { status: 200, reload: false, retry: false } as const
  switch (view.kind) {
    case 'paid':
      return { ...plain, title: 'Paid', text: 'Thank you. This invoice is paid; nothing more is due.' }
    case 'processing':
      return {
        ...plain,
        title: 'Payment in progress',
        text: 'The payment is being processed. This page looks again by itself; you may also close it.',
        reload: true,
      }
    case 'failed':
      return {
        ...plain,
        title: 'Payment failed',
        text: `${declineForCustomer(view.errorCode)} Nothing was charged.`,
        retry: true,
      }
    case 'checkout':
      return {
        ...plain,
        title: 'Not paid yet',
        text: 'No payment has been made for this invoice so far.',
        retry: true,
      }
    case 'look':
      return {
        ...plain,
        status: 202,
        title: 'One moment',
        text: 'The payment page is being prepared. This page looks again by itself.',
        reload: true,
      }
    case 'not_payable':
      return {
        ...plain,
        status: 410,
        title: 'No longer payable',
        text: 'This invoice cannot be paid here any more. If that surprises you, please ask whoever sent you the link.',
      }
    case 'unknown':
      return {
        ...plain,
        status: 404,
        title: 'Unknown link',
        text: 'There is no invoice behind this link. Please check that it was copied completely.',
      }
  }
}
