import { sharedKeys } from '../../sandbox/lago/webhooks/keys.ts'
import type { Pair } from '../../sandbox/pair.ts'
import type { Sql } from '../../src/db/connection.ts'
import { eventually } from '../support/world.ts'
import { type Material, type Payload, stranger } from './material.ts'

/** Plays a few stories on the sandbox, so that there are real payloads, ids and links to begin from. */
export async function gather(pair: Pair, sql: Sql): Promise<Omit<Material, 'topups'>> {
  const { lago, dodo } = pair
  const paid = lago.control.createInvoice({ fees: [1000, 500], coupons: [300], taxes: [20] })
  const declined = lago.control.createInvoice({ fees: [700], currency: 'EUR' })
  const open = lago.control.createInvoice({ fees: [4200] })
  const voided = lago.control.createInvoice({ fees: [900] })
  const session = await sessionOf(sql, paid.lago_id)
  const failing = await sessionOf(sql, declined.lago_id)
  for (const { lago_id } of [open, voided]) await sessionOf(sql, lago_id)

  const payment = await dodo.control.pay(session)
  await eventually(
    () => lago.control.getInvoice({ invoice_id: paid.lago_id }).payment_status,
    status => status === 'succeeded',
  )
  await dodo.control.createRefund(payment.payment_id, 240)
  await dodo.control.pay(failing, { outcome: 'failed', errorCode: 'INSUFFICIENT_FUNDS' })
  const dispute = await dodo.control.openDispute(payment.payment_id, { amount: 100 })
  await dodo.control.resolveDispute(dispute.dispute_id, 'won')
  await dodo.control.createForeignPayment({ amount: 500, currency: 'USD', metadata: { other: 'shop' } })
  lago.control.voidInvoice({ invoice_id: voided.lago_id })
  lago.control.pressRetryPayment({ invoice_id: open.lago_id })
  await dodo.control.emit('something.new', 'Something', { payment_id: payment.payment_id })
  await Promise.all([lago.deliveries.idle(), dodo.deliveries.idle()])
  await atRest(sql)

  return {
    lago: payloads(pair.lago.deliveries.log),
    dodo: payloads(pair.dodo.deliveries.log),
    ids: await idsIn(sql),
    payTokens: (
      await sql<{ token: string }[]>`select pay_token as token from payables where kind = 'invoice'`
    ).map(row => row.token),
    hmacKey: pair.settings['LAGO_WEBHOOK_HMAC_KEY'] ?? '',
    webhookKey: pair.settings['DODO_WEBHOOK_KEY'] ?? '',
    issuer: pair.lagoUrl,
    lagoKeys: sharedKeys(),
    strangerKeys: stranger,
  }
}

/** One of each type; they differ in nothing but their values. */
function payloads(log: readonly { type: string; body: string }[]): Payload[] {
  const byType = new Map(log.map(({ type, body }) => [type, { type, text: body }]))
  return [...byType.values()]
}

const sessionOf = async (sql: Sql, invoiceId: string): Promise<string> => {
  const [row] = await eventually(
    () => sql<{ id: string }[]>`select id from sessions where payable_key = ${`invoice:${invoiceId}`}`,
    rows => rows.length > 0,
  )
  return row?.id ?? ''
}

const idsIn = async (sql: Sql): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    select id from sessions union select id from payments union select id from refunds union select id from disputes
    union select split_part(key, ':', 2) from payables`
  return rows.map(row => row.id)
}

/** Waits until nothing is due and nothing runs. */
export const atRest = (sql: Sql, ms = 60_000) =>
  eventually(
    () => sql<{ key: string; error: string | null }[]>`
      select key, last_error as error from payables
      where due_at <= clock_timestamp() or lease_until > clock_timestamp() limit 5`,
    rows => rows.length === 0,
    ms,
  )
