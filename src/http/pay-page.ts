import type { Context } from 'hono'
import { declineForCustomer } from '../core/decline.ts'
import type { InvoiceFact } from '../core/facts.ts'
import { formatMoney, money } from '../core/money.ts'
import type { PayView } from '../core/plan/pay-view.ts'
import { page } from './page-shell.ts'

type Page = { status: 200 | 202 | 404 | 410; title: string; text: string; reload: boolean; retry: boolean }

/** The small page a payer gets when there is no checkout to be sent to. Every value is escaped. */
export function payPage(
  c: Context,
  view: PayView | { kind: 'unknown' },
  invoice: InvoiceFact | null = null,
): Response | Promise<Response> {
  const { retry, ...shell } = pageOf(view)
  const again = c.req.path.replace(/\/return$/, '')
  return page(c, {
    ...shell,
    ...(invoice ? { details: summary(invoice) } : {}),
    ...(retry ? { link: { href: again, text: 'Go to the payment page' } } : {}),
  })
}

const summary = (invoice: InvoiceFact) =>
  [
    ['Invoice', invoice.number],
    ['Amount', formatMoney(money(invoice.total, invoice.currency))],
  ] as const

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
