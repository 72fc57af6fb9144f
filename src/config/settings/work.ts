import { duration, schedule } from '../kinds/duration.ts'
import { choice, wholeNumber } from '../kinds/scalar.ts'
import { setting } from '../setting.ts'

export const collectingSettings = {
  taxMode: setting({
    name: 'TAX_MODE',
    group: 'Collecting',
    kind: choice(['inclusive', 'exclusive']),
    default: 'inclusive',
    meaning:
      "`inclusive`: the customer pays exactly what Lago asked. `exclusive`: Dodo adds its tax on top, and Lago's own taxes must be off",
    where: 'the "tax inclusive" switch of the Dodo products, which must agree',
  }),
  retrySchedule: setting({
    name: 'PAYMENT_RETRY_SCHEDULE',
    group: 'Collecting',
    kind: schedule('1s', '90d'),
    blank: 'value',
    default: '3d,7d,7d',
    meaning: 'The waits before each attempt after a declined payment',
    where: 'your own dunning policy',
  }),
  duplicatePayments: setting({
    name: 'DUPLICATE_PAYMENTS',
    group: 'Collecting',
    kind: choice(['refund', 'review']),
    default: 'refund',
    meaning: 'What happens to a second payment of a paid invoice: sent back, or kept for a person to decide',
    where: 'your own policy',
  }),
  latePayments: setting({
    name: 'LATE_PAYMENTS',
    group: 'Collecting',
    kind: choice(['refund', 'review']),
    default: 'review',
    meaning: 'What happens to a payment of an invoice that was voided or settled another way meanwhile',
    where: 'your own policy',
  }),
}

export const workSettings = {
  concurrency: setting({
    name: 'WORKER_CONCURRENCY',
    group: 'Work',
    kind: wholeNumber(1, 500),
    default: '16',
    meaning: 'Invoices and top-ups worked on at a time by one process',
    where: 'your own choice; it seldom helps beyond what the rate limits let through',
  }),
  maxAttempts: setting({
    name: 'STEP_MAX_ATTEMPTS',
    group: 'Work',
    kind: wholeNumber(1, 1000),
    default: '20',
    meaning: 'Attempts after transient failures before the work is parked for a person',
    where: 'your own choice',
  }),
  backoff: setting({
    name: 'STEP_BACKOFF',
    group: 'Work',
    kind: duration('1ms', '1h'),
    default: '1s',
    meaning: 'The first wait after a transient failure; it doubles each time, with full jitter',
    where: 'your own choice',
  }),
  backoffMax: setting({
    name: 'STEP_BACKOFF_MAX',
    group: 'Work',
    kind: duration('1ms', '7d'),
    default: '1h',
    also: 'not shorter than `STEP_BACKOFF`',
    meaning: 'The longest wait after a transient failure',
    where: 'your own choice',
  }),
  lease: setting({
    name: 'LEASE',
    group: 'Work',
    kind: duration('500ms', '10m'),
    default: '5s',
    meaning: 'How long work stays with a process that gives no sign of life',
    where: 'your own choice; the time to recover from a crashed process',
  }),
  poll: setting({
    name: 'POLL_INTERVAL',
    group: 'Work',
    kind: duration('10ms', '1m'),
    default: '1s',
    meaning: 'How often a process looks for work that another one received',
    where: 'your own choice',
  }),
  sweepInterval: setting({
    name: 'SWEEP_INTERVAL',
    group: 'Work',
    kind: duration('1s', '7d'),
    default: '15m',
    meaning: 'How often Lago and Dodo are searched for what no webhook has told',
    where: 'your own choice; it costs a few list requests to each side',
  }),
}
