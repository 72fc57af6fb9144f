import { describe, expect, test } from 'bun:test'
import { forbidden, invalid, missing, notAllowed, rig } from './support.ts'

const withWallet = (options: Parameters<typeof rig>[0] = {}, fields: object = {}) => {
  const kit = rig(options)
  const wallet = kit.lago.control.createWallet({ external_customer_id: 'cust_1', ...fields })
  const post = (wallet_transaction: object) =>
    kit.call('POST', '/wallet_transactions', {
      wallet_transaction: { wallet_id: wallet.lago_id, ...wallet_transaction },
    })
  const transaction = async (id: string) =>
    (await kit.call('GET', `/wallet_transactions/${id}`)).body.wallet_transaction
  const balance = async () => (await kit.call('GET', `/wallets/${wallet.lago_id}`)).body.wallet.balance_cents
  const put = (id: string | null | undefined, payment_status: string) =>
    kit.call('PUT', `/invoices/${id}`, { invoice: { payment_status } })
  const bought = async (credits = '50.0') => {
    const { body } = await post({ paid_credits: credits, metadata: [{ key: 'topup_id', value: 't1' }] })
    await kit.settle()
    const made = body.wallet_transactions[0]
    if (!made) throw new Error('nothing was bought')
    return transaction(made.lago_id)
  }
  return { ...kit, wallet, post, transaction, balance, put, bought }
}

describe('the life of a top-up', () => {
  test('is pending and names no invoice until a job has billed it, then is settled by a payment status', async () => {
    const { post, settle, transaction, balance, put, hooks } = withWallet()
    await settle()
    const { body } = await post({ paid_credits: '50.0' })
    const [first] = body.wallet_transactions
    expect(first).toMatchObject({
      lago_invoice_id: null,
      status: 'pending',
      transaction_status: 'purchased',
      transaction_type: 'inbound',
      amount: '50.0',
      credit_amount: '50.0',
    })
    expect(await settle()).toEqual(['wallet_transaction.created', 'invoice.paid_credit_added'])
    const billed = await transaction(first?.lago_id ?? '')
    const invoice = hooks.at(-1)?.body.invoice
    expect(invoice).toMatchObject({
      lago_id: String(billed.lago_invoice_id),
      invoice_type: 'credit',
      status: 'finalized',
      payment_status: 'pending',
      total_amount_cents: 5000,
      taxes_amount_cents: 0,
    })
    expect(invoice?.fees[0]?.item).toMatchObject({ type: 'credit', lago_item_id: billed.lago_id })
    expect(await balance()).toBe(0)
    await put(billed.lago_invoice_id, 'succeeded')
    expect(await balance()).toBe(0)
    expect(await settle()).toEqual([
      'invoice.payment_status_updated',
      'wallet_transaction.updated',
      'wallet.updated',
    ])
    expect(await transaction(billed.lago_id)).toMatchObject({
      status: 'settled',
      remaining_amount_cents: 5000,
    })
    expect(await balance()).toBe(5000)
  })

  test('is credited once, however often its invoice succeeds', async () => {
    const { bought, put, settle, balance } = withWallet()
    const { lago_invoice_id } = await bought()
    for (const status of ['succeeded', 'succeeded', 'pending', 'succeeded'])
      await put(lago_invoice_id, status)
    await settle()
    expect(await balance()).toBe(5000)
  })

  test('fails with its invoice and is revived by a later success', async () => {
    const { bought, put, settle, balance, transaction } = withWallet()
    const { lago_id, lago_invoice_id } = await bought()
    await put(lago_invoice_id, 'failed')
    expect(await settle()).toEqual(['invoice.payment_status_updated', 'wallet_transaction.updated'])
    expect((await transaction(lago_id)).status).toBe('failed')
    await put(lago_invoice_id, 'succeeded')
    await settle()
    expect((await transaction(lago_id)).status).toBe('settled')
    expect(await balance()).toBe(5000)
  })

  test('stays credited when its invoice fails after all', async () => {
    const { bought, put, settle, balance, transaction } = withWallet()
    const { lago_id, lago_invoice_id } = await bought()
    await put(lago_invoice_id, 'succeeded')
    await settle()
    await put(lago_invoice_id, 'failed')
    await settle()
    expect((await transaction(lago_id)).status).toBe('settled')
    expect(await balance()).toBe(5000)
  })

  test('before 1.24 a failure leaves the transaction pending', async () => {
    const { bought, put, settle, transaction, lago } = withWallet()
    const { lago_id, lago_invoice_id } = await bought()
    lago.control.setVersion({ version: '1.23' })
    await put(lago_invoice_id, 'failed')
    await settle()
    expect((await transaction(lago_id)).status).toBe('pending')
  })

  test('offset away it fails, and the wallet gets nothing', async () => {
    const { lago, bought, settle, balance, transaction, call } = withWallet()
    const { lago_id, lago_invoice_id } = await bought()
    lago.control.applyOffsetCreditNote({ invoice_id: String(lago_invoice_id) })
    await settle()
    expect((await transaction(lago_id)).status).toBe('failed')
    expect(await balance()).toBe(0)
    expect((await call('GET', `/invoices/${lago_invoice_id}`)).body.invoice.payment_status).toBe('succeeded')
  })

  test('refunded by credit note, its credits leave the wallet', async () => {
    const { lago, bought, settle, balance } = withWallet()
    const { lago_invoice_id } = await bought()
    const invoice_id = String(lago_invoice_id)
    lago.control.recordPaymentByOperator({ invoice_id, amount_cents: 5000 })
    await settle()
    lago.control.refundByCreditNote({ invoice_id, amount_cents: 2000 })
    expect(await settle()).toEqual(['credit_note.created', 'wallet_transaction.created', 'wallet.updated'])
    expect(await balance()).toBe(3000)
    expect(() => lago.control.refundByCreditNote({ invoice_id, amount_cents: 3001 })).toThrow(
      'higher_than_remaining_invoice_amount',
    )
  })
})

describe('gated top-ups', () => {
  test('stay invisible until paid, and are announced as paid', async () => {
    const { call, post, settle, transaction, put, balance, hooks } = withWallet()
    await settle()
    const { body } = await post({ paid_credits: '50', invoice_requires_successful_payment: true })
    expect(await settle()).toEqual(['wallet_transaction.created'])
    const { lago_invoice_id } = await transaction(body.wallet_transactions[0]?.lago_id ?? '')
    expect(await call('GET', `/invoices/${lago_invoice_id}`)).toEqual(missing('invoice'))
    expect(await put(lago_invoice_id, 'succeeded')).toEqual(missing('invoice'))
    const payment = { invoice_id: lago_invoice_id, amount_cents: 5000, reference: 'r' }
    expect((await call('POST', '/payments', { payment })).status).toBe(200)
    expect(await settle()).toEqual([
      'invoice.paid_credit_added',
      'wallet_transaction.updated',
      'wallet.updated',
    ])
    expect(hooks.find(hook => hook.type === 'invoice.paid_credit_added')?.body.invoice).toMatchObject({
      status: 'finalized',
      payment_status: 'succeeded',
    })
    expect(await balance()).toBe(5000)
  })

  test('without a licence the gate is ignored', async () => {
    const { post, settle } = withWallet({ premium: false })
    await settle()
    await post({ paid_credits: '50', invoice_requires_successful_payment: true })
    expect(await settle()).toContain('invoice.paid_credit_added')
  })
})

describe('POST /wallet_transactions', () => {
  test('makes one transaction per kind; granted ones are settled at once without an invoice', async () => {
    const { post, balance, lago, settle } = withWallet()
    const { body } = await post({ paid_credits: '5', granted_credits: '2' })
    expect(body.wallet_transactions.map(row => [row.transaction_status, row.status])).toEqual([
      ['purchased', 'pending'],
      ['granted', 'settled'],
    ])
    await settle()
    expect(await balance()).toBe(200)
    expect(lago.state.invoices.size).toBe(1)
  })

  test('voids credits up to the balance', async () => {
    const { post, balance } = withWallet()
    await post({ granted_credits: '2' })
    expect(await post({ voided_credits: '2.5' })).toEqual(
      invalid({ voided_credits: ['insufficient_credits'] }),
    )
    expect((await post({ voided_credits: '1.5' })).body.wallet_transactions[0]).toMatchObject({
      transaction_status: 'voided',
      transaction_type: 'outbound',
    })
    expect(await balance()).toBe(50)
  })

  test('ignores what it does not know', async () => {
    const { post } = withWallet()
    const { status, body } = await post({ void_credits: '5' })
    expect([status, body.wallet_transactions]).toEqual([200, []])
  })

  test('wants credits as strings, an active wallet, and amounts that are not nothing', async () => {
    const { post, call, wallet } = withWallet()
    const credits = (field: string) => invalid({ [field]: [`invalid_${field}`, 'invalid_amount'] })
    expect(await post({ paid_credits: 50 })).toEqual(credits('paid_credits'))
    expect(await post({ granted_credits: '-5' })).toEqual(credits('granted_credits'))
    expect(await post({ paid_credits: '0.001' })).toEqual(
      invalid({ paid_credits: ['amount_rounds_to_zero'] }),
    )
    expect(await post({ wallet_id: 'nobody', paid_credits: '5' })).toEqual(
      invalid({ wallet_id: ['wallet_not_found'] }),
    )
    await call('DELETE', `/wallets/${wallet.lago_id}`)
    expect(await post({ paid_credits: '5' })).toEqual(invalid({ wallet_id: ['wallet_is_terminated'] }))
  })

  test('keeps the limits of the wallet unless told to ignore them', async () => {
    const { post } = withWallet({}, { paid_top_up_min_amount_cents: 500, paid_top_up_max_amount_cents: 1000 })
    expect(await post({ paid_credits: '4.99' })).toEqual(invalid({ paid_credits: ['amount_below_minimum'] }))
    expect(await post({ paid_credits: '10.01' })).toEqual(invalid({ paid_credits: ['amount_above_maximum'] }))
    expect((await post({ paid_credits: '10.01', ignore_paid_top_up_limits: true })).status).toBe(200)
  })

  test('checks priority and metadata', async () => {
    const { post } = withWallet()
    const pair = (key: string, value: unknown) => post({ granted_credits: '1', metadata: [{ key, value }] })
    expect(await post({ granted_credits: '1', priority: 51 })).toEqual(
      invalid({ priority: ['value_is_invalid'] }),
    )
    expect(await post({ granted_credits: '1', metadata: {} })).toEqual(
      invalid({ metadata: ['invalid_type'] }),
    )
    expect(await pair('k', 1)).toEqual(invalid({ metadata: ['invalid_key_value_pair'] }))
    expect(await pair('k'.repeat(21), 'v')).toEqual(invalid({ metadata: ['key_too_long'] }))
    expect(await pair('k', 'v'.repeat(101))).toEqual(invalid({ metadata: ['value_too_long'] }))
    const many = Array.from({ length: 16 }, (_, index) => ({ key: `k${index}`, value: 'v' }))
    expect(await post({ granted_credits: '1', metadata: many })).toEqual(
      invalid({ metadata: ['invalid_count'] }),
    )
  })

  test('rounds to the minor unit of the currency, at the rate of the wallet', async () => {
    const yen = withWallet({}, { external_customer_id: 'jp', currency: 'JPY', rate_amount: '2.5' })
    expect((await yen.bought('3')).amount).toBe('8.0')
    const dinar = withWallet({}, { external_customer_id: 'kw', currency: 'KWD' })
    expect((await dinar.bought('1.2345')).amount).toBe('1.235')
  })
})

describe('wallets', () => {
  test('transactions are found by metadata, status and kind', async () => {
    const { call, wallet, post, bought } = withWallet()
    const { lago_id } = await bought()
    await post({ granted_credits: '1' })
    const found = async (query: string) =>
      (
        await call('GET', `/wallets/${wallet.lago_id}/wallet_transactions?${query}`)
      ).body.wallet_transactions.map(row => row.lago_id)
    expect(await found('metadata[topup_id]=t1')).toEqual([lago_id])
    expect(await found('metadata[topup_id]=t2')).toEqual([])
    expect(await found('status=pending&transaction_type=inbound&transaction_status=purchased')).toEqual([
      lago_id,
    ])
    expect(await found('')).toHaveLength(2)
    expect(await call('GET', '/wallets/nobody/wallet_transactions')).toEqual(missing('wallet'))
    expect(await call('GET', '/wallet_transactions/nobody')).toEqual(missing('wallet_transaction'))
  })

  test('a customer has six active ones at most', async () => {
    const { call } = withWallet()
    const post = () =>
      call('POST', '/wallets', {
        wallet: { external_customer_id: 'cust_1', rate_amount: '1.0', currency: 'USD' },
      })
    for (let count = 0; count < 5; count++) expect((await post()).status).toBe(200)
    expect(await post()).toEqual(invalid({ customer: ['wallet_limit_reached'] }))
    expect((await call('GET', '/wallets?external_customer_id=cust_1')).body.meta.total_count).toBe(6)
  })

  test('creation is checked, and its first credits come a moment later', async () => {
    const { call, settle } = withWallet()
    const post = (wallet: object) => call('POST', '/wallets', { wallet })
    expect(await post({ external_customer_id: 'nobody', currency: 'usd' })).toEqual(
      invalid({
        customer: ['customer_not_found'],
        rate_amount: ['invalid_value'],
        currency: ['value_is_invalid'],
      }),
    )
    const fields = { external_customer_id: 'cust_1', rate_amount: '2.0', currency: 'USD' }
    const { body } = await post({ ...fields, granted_credits: '10' })
    expect(body.wallet).toMatchObject({ balance_cents: 0, rate_amount: '2.0', status: 'active' })
    await settle()
    const later = await call('GET', `/wallets/${body.wallet.lago_id}`)
    expect(later.body.wallet).toMatchObject({ balance_cents: 2000, credits_balance: '10.0' })
    const rules = { ...fields, recurring_transaction_rules: [{ trigger: 'interval' }] }
    expect((await post(rules)).status).toBe(200)
    const free = withWallet({ premium: false })
    expect(await free.call('POST', '/wallets', { wallet: rules })).toEqual(forbidden)
  })

  test('are renamed and terminated', async () => {
    const { call, wallet, settle } = withWallet()
    await settle()
    const path = `/wallets/${wallet.lago_id}`
    expect((await call('PUT', path, { wallet: { name: 'Main' } })).body.wallet.name).toBe('Main')
    expect((await call('DELETE', path)).body.wallet.status).toBe('terminated')
    expect(await call('DELETE', path)).toEqual(notAllowed('wallet_already_terminated'))
    expect(await settle()).toEqual(['wallet.updated', 'wallet.terminated'])
  })

  test('a payment page exists only for a pending purchase with an invoice', async () => {
    const { call, post, bought } = withWallet()
    const url = (id: string) => call('POST', `/wallet_transactions/${id}/payment_url`)
    const granted = await post({ granted_credits: '1' })
    expect(await url(granted.body.wallet_transactions[0]?.lago_id ?? '')).toEqual(
      invalid({ base: ['wallet_transaction_not_purchased'] }),
    )
    const fresh = await post({ paid_credits: '1' })
    expect(await url(fresh.body.wallet_transactions[0]?.lago_id ?? '')).toEqual(
      invalid({ base: ['wallet_transaction_has_no_attached_invoice'] }),
    )
    expect(await url((await bought()).lago_id)).toEqual(invalid({ base: ['no_linked_payment_provider'] }))
  })
})
