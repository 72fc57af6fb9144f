import type { Context } from '../context.ts'
import { type TopUpParams, topUp } from '../operations/top-up.ts'
import { createWallet, findWallet, terminateWallet } from '../operations/wallets.ts'
import { walletObject, walletTransactionObject } from '../serialize/wallet.ts'
import type { WireWallet, WireWalletTransaction } from '../serialize/wire.ts'
import { putCustomer } from './create-invoice.ts'

export interface WalletControl {
  /** Fields of POST /wallets; the customer is made when unknown, the rate is 1.0 when missing. */
  createWallet(input: {
    external_customer_id: string
    currency?: string
    [field: string]: unknown
  }): WireWallet
  /** Paid or granted credits bought in the dashboard. */
  topUpFromConsole(input: TopUpParams & { wallet_id: string }): WireWalletTransaction[]
  terminateWallet(input: { wallet_id: string }): WireWallet
}

export function walletControl(ctx: Context): WalletControl {
  return {
    createWallet: input => {
      const { external_customer_id, currency = ctx.organization.default_currency } = input
      if (!ctx.state.customersByExternalId.has(external_customer_id)) {
        putCustomer(ctx, { external_customer_id, external_id: external_customer_id, currency })
      }
      return walletObject(ctx, createWallet(ctx, { rate_amount: '1.0', ...input, currency }))
    },
    topUpFromConsole: input => topUp(ctx, input).map(row => walletTransactionObject(ctx, row)),
    terminateWallet: ({ wallet_id }) => walletObject(ctx, terminateWallet(ctx, findWallet(ctx, wallet_id))),
  }
}
