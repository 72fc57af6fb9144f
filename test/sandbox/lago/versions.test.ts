import { describe, expect, test } from 'bun:test'
import { atLeast, type LagoVersion } from '../../../sandbox/lago/rules/version.ts'
import { forbidden, missing, rig } from './support.ts'

describe('versions', () => {
  test('compare by number, and main is the latest', () => {
    const order: LagoVersion[] = ['1.0', '1.9', '1.10', '1.33.2', '1.33.3', '1.51', 'main']
    order.forEach((version, index) => {
      for (const [other, floor] of order.entries()) expect(atLeast(version, floor)).toBe(index >= other)
    })
  })

  const fields = async (version: LagoVersion) => {
    const { lago, call } = rig({ version })
    const { lago_id } = lago.control.createInvoice()
    return Object.keys((await call('GET', `/invoices/${lago_id}`)).body.invoice)
  }

  test('an invoice names what is due from 1.22 on and what was paid from 1.41 on', async () => {
    expect(await fields('1.21')).not.toContain('total_due_amount_cents')
    expect(await fields('1.22')).toContain('total_due_amount_cents')
    expect(await fields('1.40')).not.toContain('total_paid_amount_cents')
    expect(await fields('1.41')).toContain('total_paid_amount_cents')
    expect(await fields('1.50')).not.toContain('web_url')
    expect(await fields('1.51')).toContain('web_url')
  })

  test('webhooks name the organization from 1.33.3 on', async () => {
    for (const [version, named] of [
      ['1.33.2', false],
      ['1.33.3', true],
    ] as const) {
      const { lago, settle, hooks } = rig({ version })
      lago.control.createCustomer({ external_id: 'c' })
      await settle()
      expect('organization_id' in (hooks[0]?.body ?? {})).toBe(named)
    }
  })

  test('payments exist from 1.19 on, with an add-on until 1.22', async () => {
    const { lago, call } = rig({ version: '1.18' })
    const { lago_id } = lago.control.createInvoice()
    const pay = () =>
      call('POST', '/payments', { payment: { invoice_id: lago_id, amount_cents: 100, reference: 'r' } })
    expect(await pay()).toEqual(missing('resource'))
    lago.control.setVersion({ version: '1.21' })
    expect(await pay()).toEqual(forbidden)
    lago.settings.premiumIntegrations.add('manual_payments')
    expect((await pay()).status).toBe(200)
  })

  test('a manual payment that settles is told from 1.30 on', async () => {
    for (const [version, types] of [
      ['1.29', []],
      ['1.30', ['invoice.payment_status_updated']],
    ] as const) {
      const { lago, settle } = rig({ version })
      const { lago_id } = lago.control.createInvoice()
      await settle()
      lago.control.recordPaymentByOperator({ invoice_id: lago_id, amount_cents: 1000 })
      expect(await settle()).toEqual([...types])
    }
  })

  test('before 1.34 a draft takes payments, before 1.35 a wrong amount breaks Lago', async () => {
    const { lago, call } = rig({ version: '1.33' })
    const { lago_id } = lago.control.createInvoice({ status: 'draft' })
    const pay = (amount_cents: unknown) =>
      call('POST', '/payments', { payment: { invoice_id: lago_id, amount_cents, reference: 'r' } })
    expect((await pay(100)).status).toBe(200)
    expect((await pay('100')).status).toBe(500)
  })

  test('a wallet transaction names its invoice from 1.35 on', async () => {
    const { lago, settle, call } = rig({ version: '1.34' })
    const wallet = lago.control.createWallet({ external_customer_id: 'c' })
    const [made] = lago.control.topUpFromConsole({ wallet_id: wallet.lago_id, paid_credits: '5' })
    await settle()
    const path = `/wallet_transactions/${made?.lago_id}`
    expect((await call('GET', path)).body.wallet_transaction).not.toHaveProperty('lago_invoice_id')
    lago.control.setVersion({ version: '1.35' })
    expect((await call('GET', path)).body.wallet_transaction.lago_invoice_id).toBeString()
  })

  test('credit notes name an offset from 1.40 on', async () => {
    for (const [version, named] of [
      ['1.39', false],
      ['1.40', true],
    ] as const) {
      const { lago } = rig({ version })
      const { lago_id } = lago.control.createInvoice()
      const note = lago.control.createCreditNote({ invoice_id: lago_id, credit_amount_cents: 100 })
      expect('offset_amount_cents' in note).toBe(named)
    }
  })
})

describe('the licence', () => {
  test('can be probed, and switched while running', async () => {
    const { lago, call } = rig({ premium: false })
    expect(await call('GET', '/analytics/invoice_collection?months=1')).toEqual(forbidden)
    lago.control.setPremium({ premium: true })
    expect((await call('GET', '/analytics/invoice_collection?months=1')).status).toBe(200)
  })

  test('is not needed for webhooks, status, metadata, disputes, voiding and top-ups', async () => {
    const { lago, call } = rig({ premium: false })
    const { lago_id } = lago.control.createInvoice()
    const invoice = { payment_status: 'succeeded', metadata: [{ key: 'k', value: 'v' }] }
    const wallet = lago.control.createWallet({ external_customer_id: 'c' })
    const wallet_transaction = { wallet_id: wallet.lago_id, paid_credits: '1' }
    const answers = [
      await call('PUT', `/invoices/${lago_id}`, { invoice }),
      await call('POST', `/invoices/${lago_id}/lose_dispute`),
      await call('POST', `/invoices/${lago_id}/void`),
      await call('POST', '/wallet_transactions', { wallet_transaction }),
    ]
    expect(answers.map(answer => answer.status)).toEqual([200, 200, 200, 200])
  })
})
