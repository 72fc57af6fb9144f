import { type Actor, doing } from '../scene.ts'
import { anInvoice } from './support/books.ts'
import { aTopup } from './support/topups.ts'

/** Another system of the merchant's takes money, and may name an invoice of Lago's, or a top-up. */
export const actor: Actor = {
  name: 'a foreign payment',
  weight: 1,
  async act(scene, random) {
    const topup = random.next() < 0.4 ? await aTopup(scene, random) : null
    if (topup) {
      const topup_id = random.next() < 0.8 ? topup.id : 'topup_of_nobody'
      const amount = random.int(50, 9_000)
      return doing(scene, `foreign payment of ${amount} naming ${topup_id}`, () =>
        scene.dodo.control.createForeignPayment({ amount, currency: 'USD', metadata: { topup_id } }),
      )
    }
    const invoice = anInvoice(scene, random)
    const names = invoice && random.next() < 0.6
    const currency = invoice && random.next() < 0.7 ? invoice.currency : 'EUR'
    const whole = invoice && random.next() < 0.5 ? invoice.total_amount_cents : random.int(100, 9_000)
    // In Dodo's minor unit; it takes nothing of less than a forint.
    const amount = currency === 'HUF' ? whole * 100 : whole
    if (amount <= 0 || currency === 'KWD') return null
    return doing(
      scene,
      `foreign payment of ${currency} ${amount}${names ? ` naming ${invoice.number}` : ''}`,
      () =>
        scene.dodo.control.createForeignPayment({
          amount,
          currency,
          metadata: names ? { lago_invoice_id: invoice.lago_id } : { order: 'of the shop' },
        }),
    )
  },
}
