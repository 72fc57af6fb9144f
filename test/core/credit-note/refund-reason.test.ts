import { describe, expect, test } from 'bun:test'
import { type CreditNoteReason, refundReason } from '../../../src/core/credit-note/refund-reason.ts'

describe('the reason given to Dodo becomes one Lago knows', () => {
  const cases: [string | null | undefined, CreditNoteReason][] = [
    [undefined, 'other'],
    [null, 'other'],
    ['', 'other'],
    ['goodwill', 'other'],
    ['requested_by_customer', 'other'],
    ['duplicated_charge', 'duplicated_charge'],
    ['Duplicate payment of LAG-001', 'duplicated_charge'],
    ['customer was charged twice', 'duplicated_charge'],
    ['fraudulent_charge', 'fraudulent_charge'],
    ['Card reported STOLEN; charged twice', 'fraudulent_charge'],
    ['unauthorised use', 'fraudulent_charge'],
    ['order_cancellation', 'order_cancellation'],
    ['customer cancelled the plan', 'order_cancellation'],
    ['order-change', 'order_change'],
    ['downgrade mid month', 'order_change'],
    ['bought the wrong plan', 'order_change'],
    ['product_unsatisfactory', 'product_unsatisfactory'],
    ['The export does not work', 'product_unsatisfactory'],
    ["It doesn't work", 'product_unsatisfactory'],
    ['Customer not satisfied', 'product_unsatisfactory'],
  ]
  for (const [text, reason] of cases)
    test(`${JSON.stringify(text)}: ${reason}`, () => {
      expect(refundReason(text)).toBe(reason)
    })
})
