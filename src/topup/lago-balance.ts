import type { LagoWalletTransaction } from '../lago/wallets.ts'
import type { Balance, HistoryEntry } from './balance.ts'
import { CREDITS_PER_CENT } from './credits.ts'
import { type LagoParts, mint } from './lago-mint.ts'
import { take } from './lago-take.ts'
import { chosenWallet } from './lago-wallet.ts'

/** Balances in Lago's wallets: a user is the customer with that external id. */
export const lagoBalance = (parts: LagoParts): Balance => ({
  kind: 'lago',

  credit: (topup, entry) => mint(topup, entry, parts),

  debit: (topup, entry) => take(topup, entry, parts),

  async objection(userId) {
    if (await parts.lago.hasCustomer(userId)) return null
    return { code: 'customer_unknown', message: 'Lago has no customer with this external id' }
  },

  async account(userId) {
    const wallet = chosenWallet(await parts.lago.walletsOf(userId))
    return {
      credits: (wallet?.balance ?? 0n) * CREDITS_PER_CENT,
      createdAt: wallet?.createdAt ?? null,
      updatedAt: wallet?.createdAt ?? null,
    }
  },

  /** Lago does not tell what each movement left, so it is reckoned back from what the wallet holds now. */
  async history(userId, { limit, after }) {
    const wallet = chosenWallet(await parts.lago.walletsOf(userId))
    if (!wallet) return { items: [], next: null }
    const items: HistoryEntry[] = []
    let left = wallet.balance
    let skipping = after !== null
    for await (const transaction of parts.lago.transactionsOf(wallet.id)) {
      if (transaction.status !== 'settled') continue
      if (!skipping && items.length === limit) return { items, next: placeOf(items.at(-1)) }
      const delta = transaction.inbound ? transaction.amount : -transaction.amount
      if (!skipping) items.push(toEntry(transaction, delta, left))
      if (after && transaction.id === after.id) skipping = false
      left -= delta
    }
    return { items, next: null }
  },
})

const KINDS: Readonly<Record<string, string>> = {
  purchased: 'topup',
  granted: 'add',
  voided: 'sub',
  invoiced: 'charge',
}

const toEntry = (t: LagoWalletTransaction, delta: bigint, after: bigint): HistoryEntry => ({
  id: t.id,
  kind: t.metadata['debit_key'] ? 'refund' : (KINDS[t.source] ?? t.source),
  delta: delta * CREDITS_PER_CENT,
  after: after * CREDITS_PER_CENT,
  note: t.name,
  ref: t.metadata['dodo_payment_id'] ?? t.metadata['debit_key'] ?? '',
  meta: t.metadata,
  at: t.settledAt ?? t.createdAt ?? new Date(0),
})

const placeOf = (entry: HistoryEntry | undefined) => (entry ? { at: entry.at, id: entry.id } : null)
