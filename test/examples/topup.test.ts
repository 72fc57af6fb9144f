import { afterEach, expect, test } from 'bun:test'
import { type RunningShop, startShop } from '../../examples/topup/main.ts'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'

let shop: RunningShop
afterEach(() => shop.stop())

const balanceIn = (page: string) => /<output>\$(.*?)<\/output>/.exec(page)?.[1]

test('the example sells credits: an amount, a checkout, and back to a balance that grew', async () => {
  shop = await startShop({ databaseUrl: await freshDatabase(), port: 0 })
  const first = await fetch(shop.url)
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
  const visit = (url: string, init: RequestInit = {}) =>
    fetch(url, { redirect: 'manual', ...init, headers: { cookie } })
  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) })
  expect(balanceIn(await first.text())).toBe('0.00')

  for (const grown of ['25.00', '50.00']) {
    const checkout = (await visit(`${shop.url}/buy`, form({ amount: '25' }))).headers.get('location') ?? ''
    expect(await (await visit(checkout)).text()).toContain('25.00')
    const back =
      (await visit(checkout, form({ action: 'pay', email: 'buyer@example.com' }))).headers.get('location') ??
      ''
    expect(back).toStartWith(`${shop.url}/v1/payment/redirect/success`)
    await eventually(
      async () => (await visit(back)).text(),
      page => page.includes('Payment completed'),
    )
    expect(balanceIn(await (await visit(shop.url)).text())).toBe(grown)
  }

  const declined = (await visit(`${shop.url}/buy`, form({ amount: '10' }))).headers.get('location') ?? ''
  await visit(declined, form({ action: 'decline', code: 'DO_NOT_HONOR', email: 'buyer@example.com' }))
  expect(balanceIn(await (await visit(shop.url)).text())).toBe('50.00')
})
