import type { WalletTransactionRow } from '../../sandbox/lago/state/wallet.ts'
import { type OwedBook, type Payable, paymentBook, type Recorded, reasonsOf } from './books.ts'
import type { World } from './world.ts'

/** A million credits are a dollar. */
const CREDITS_PER_CENT = 10_000

type Row = {
  id: string
  user: string
  credits: number
  cents: number
  status: string
  creditedFor: string | null
}
type Debit = { key: string; topup: string; credits: number; debited: number | null; shortfall: number | null }
type Shown = { id: string; status: string; reason: string; paid: string; refunded: number }
type Movement = { topup: string; debit: string | null; credits: number }

/** A top-up with its money, and what was moved for it on its balance, in credits. */
export type TopupBook = OwedBook & {
  topup: Row
  debits: Debit[]
  /** What the buyer is shown; undefined if no checkout was ever asked for. */
  shown: Shown | undefined
  /** Each time credits were given for it. */
  given: number[]
  /** Each time credits were taken back, under the refund or dispute it was for. */
  taken: { key: string; credits: number }[]
}

export async function readTopups(
  world: World,
  payables: ReadonlyMap<string, Payable>,
  here: ReadonlyMap<string, Recorded>,
): Promise<TopupBook[]> {
  if (world.balance === 'off') return []
  const { sql } = world
  const rows = await sql<Row[]>`
    select topup_id as id, user_id as user, credits, usd_cents as cents, status, credited_for as "creditedFor"
    from topups order by created_at, topup_id`
  const debits = await sql<Debit[]>`
    select key, topup_id as topup, credits, debited, shortfall from topup_debits order by key`
  const shown = await sql<Shown[]>`
    select topup_id as id, status, reason, provider_payment_id as paid, refunded_minor as refunded from topup_payments`
  const moved = world.balance === 'lago' ? inWallets(world) : await inLedger(world)
  const payments = world.dodo.state.payments.all()
  return rows.map(topup => {
    const payable = payables.get(`topup:${topup.id}`)
    const mine = moved.filter(m => m.topup === topup.id)
    return {
      name: topup.id,
      topup,
      payable,
      payments: payments
        .filter(({ payment }) => payment.metadata?.['topup_id'] === topup.id)
        .map(row => paymentBook(world, null, row, here.get(row.payment.payment_id))),
      parkedFor: reasonsOf(payable),
      debits: debits.filter(d => d.topup === topup.id),
      shown: shown.find(s => s.id === topup.id),
      given: mine.filter(m => m.debit === null).map(m => m.credits),
      taken: mine.flatMap(m => (m.debit === null ? [] : [{ key: m.debit, credits: -m.credits }])),
    }
  })
}

/** By Lago's own books. What has not failed may yet be credited. */
function inWallets({ lago }: World): Movement[] {
  const noted = (t: WalletTransactionRow, key: string) =>
    t.metadata.find(entry => entry.key === key)?.value ?? null
  return [...lago.state.walletTransactions.values()].flatMap(t => {
    const topup = noted(t, 'topup_id')
    if (topup === null || t.status === 'failed') return []
    const credits = t.amount_cents * CREDITS_PER_CENT
    const inbound = t.transaction_type === 'inbound'
    return [{ topup, debit: noted(t, 'debit_key'), credits: inbound ? credits : -credits }]
  })
}

async function inLedger({ sql }: World): Promise<Movement[]> {
  return await sql<Movement[]>`
    select t.meta ->> 'topup_id' as topup, case when t.kind = 'refund' then substr(t.id, 8) end as debit, e.delta as credits
    from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
    where e.account_id like 'user:%' order by e.id`
}
