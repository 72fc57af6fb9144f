import { formatMoney, money } from '../core/money.ts'
import { PARK_REASONS } from '../core/park.ts'
import type { ListedPayable } from '../db/queries/list-payables.ts'
import type { Event } from '../db/queries/timeline.ts'
import { table } from './output.ts'

const amountOf = (amount: string | null, currency: string | null): string =>
  amount === null || currency === null ? '' : formatMoney(money(BigInt(amount), currency))

/** Many payables, a line each. */
export const payableTable = (payables: readonly ListedPayable[]): string =>
  table(
    ['invoice', 'customer', 'due', 'state', 'waits for', 'changed', 'what'],
    payables.map(p => [
      p.invoice ?? p.key,
      p.customer ?? '',
      amountOf(p.due, p.currency),
      p.state,
      p.attention.map(a => a.reason).join(', '),
      p.updatedAt.toISOString(),
      p.lastError ?? p.say,
    ]),
  )

/** One payable, as an answer to "where is this payment?": how it stands, what it waits for, and all that happened. */
export function payableLines(p: ListedPayable, events: readonly Event[]): string {
  const lines = [
    `${p.invoice ?? p.key}  ${amountOf(p.due, p.currency)}  ${p.state}`,
    p.say,
    `key ${p.key}, customer ${p.customer ?? 'unknown'}`,
    p.dueAt
      ? `next looked at ${p.dueAt.toISOString()}`
      : 'not looked at again until something is heard of it',
  ]
  if (p.lastError) lines.push(`failed ${p.attempts} times: ${p.lastError}`)
  for (const { reason, about, detail } of p.attention)
    lines.push(
      '',
      `WAITS FOR A PERSON: ${reason}`,
      `  about ${about}: ${detail}`,
      `  ${PARK_REASONS[reason] ?? ''}`,
    )
  const rows = events.map(e => [
    e.at.toISOString(),
    e.what,
    e.subject,
    e.state,
    amountOf(e.amount, e.currency),
    e.detail,
  ])
  return [...lines, '', table(['when', 'what', 'which', 'how it stands', 'amount', 'more'], rows)].join('\n')
}
