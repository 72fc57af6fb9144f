import { phaseOf } from '../../../src/core/plan/payment-state.ts'
import type { Check } from '../oracle.ts'

export const beforeSweep = true

/**
 * Of each payment the database has what Dodo said last, in whatever order it was told. A payment that failed and is
 * tried again under the same id counts as failed until it has succeeded: a late word of its first try says the same.
 */
export const check: Check = ({ owed }) =>
  owed.flatMap(({ name, payments }) =>
    payments
      .filter(p => p.here && p.row.payment.status !== null)
      .filter(p => phaseOf(p.here?.status ?? null) !== phaseOf(p.row.payment.status ?? null))
      .filter(
        p =>
          !(phaseOf(p.here?.status ?? null) === 'failed' && phaseOf(p.row.payment.status ?? null) === 'open'),
      )
      .filter(p => phaseOf(p.row.payment.status ?? null) !== 'customer')
      .map(p => `${name}: ${p.id} is ${p.row.payment.status} at Dodo, ${p.here?.status} here`),
  )
