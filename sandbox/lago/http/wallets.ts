import type { Incoming, Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { notFound, unprocessable } from '../errors.ts'
import { paymentUrl } from '../operations/invoice-actions.ts'
import { topUp } from '../operations/top-up.ts'
import { createWallet, findWallet, terminateWallet, updateWallet } from '../operations/wallets.ts'
import { walletObject, walletTransactionObject } from '../serialize/wallet.ts'
import type { WalletRow, WalletTransactionRow } from '../state/wallet.ts'
import { answer } from './answer.ts'
import { newestFirst, paginate } from './paging.ts'
import { matchesMetadata, metadataFilter, pathId, root } from './params.ts'

export function walletRoutes(ctx: Context, router: Router): void {
  const one = (wallet: WalletRow) => answer({ wallet: walletObject(ctx, wallet) })
  const found = (incoming: Incoming) => findWallet(ctx, pathId(incoming))
  const transaction = (incoming: Incoming): WalletTransactionRow => {
    const row = ctx.state.walletTransactions.get(pathId(incoming))
    if (!row) throw notFound('wallet_transaction')
    return row
  }

  router
    .on('POST', '/api/v1/wallets', incoming => one(createWallet(ctx, root(incoming, 'wallet'))))
    .on('GET', '/api/v1/wallets', ({ query }) => {
      const external = query.get('external_customer_id')
      const customer = external === null ? null : ctx.state.customersByExternalId.get(external)
      if (external !== null && !customer) throw notFound('customer')
      const { rows, meta } = paginate(newestFirst(customer?.wallets ?? ctx.state.wallets.values()), query)
      return answer({ wallets: rows.map(wallet => walletObject(ctx, wallet)), meta })
    })
    .on('GET', '/api/v1/wallets/:id', incoming => one(found(incoming)))
    .on('PUT', '/api/v1/wallets/:id', incoming =>
      one(updateWallet(ctx, found(incoming), root(incoming, 'wallet'))),
    )
    .on('DELETE', '/api/v1/wallets/:id', incoming => one(terminateWallet(ctx, found(incoming))))
    .on('GET', '/api/v1/wallets/:id/wallet_transactions', incoming => {
      const { rows, meta } = paginate(filterTransactions(found(incoming), incoming.query), incoming.query)
      return answer({ wallet_transactions: rows.map(row => walletTransactionObject(ctx, row)), meta })
    })
    .on('POST', '/api/v1/wallet_transactions', incoming =>
      answer({
        wallet_transactions: topUp(ctx, root(incoming, 'wallet_transaction')).map(row =>
          walletTransactionObject(ctx, row),
        ),
      }),
    )
    .on('GET', '/api/v1/wallet_transactions/:id', incoming =>
      answer({ wallet_transaction: walletTransactionObject(ctx, transaction(incoming)) }),
    )
    .on('POST', '/api/v1/wallet_transactions/:id/payment_url', incoming => {
      const row = transaction(incoming)
      const refuse = (code: string) => unprocessable({ base: [code] })
      if (row.transaction_status !== 'purchased') throw refuse('wallet_transaction_not_purchased')
      if (row.status === 'settled') throw refuse('wallet_transaction_already_settled')
      if (!row.invoice) throw refuse('wallet_transaction_has_no_attached_invoice')
      const { lago_invoice_id: _, ...details } = paymentUrl(row.invoice)
      return answer({
        wallet_transaction_payment_details: { ...details, lago_wallet_transaction_id: row.lago_id },
      })
    })
}

function filterTransactions(wallet: WalletRow, query: URLSearchParams): WalletTransactionRow[] {
  const metadata = metadataFilter(query)
  const wanted = (name: 'status' | 'transaction_type' | 'transaction_status', row: WalletTransactionRow) => {
    const value = query.get(name)
    return value === null || value === '' || row[name] === value
  }
  const rows = wallet.transactions.filter(
    row =>
      wanted('status', row) &&
      wanted('transaction_type', row) &&
      wanted('transaction_status', row) &&
      matchesMetadata(row.metadata, metadata),
  )
  return newestFirst(rows)
}
