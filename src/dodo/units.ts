import { dodoUnitsPerLagoUnit } from '../core/chargeable.ts'
import type { Money } from '../core/money.ts'

/** An amount in Dodo's minor unit; the only place, with `fromDodo`, where units are changed. */
export const toDodo = ({ amount, currency }: Money): number => Number(amount * dodoUnitsPerLagoUnit(currency))

/** An amount of Dodo's in Lago's minor unit, rounded down; `inexact` if something was lost by that. */
export function fromDodo(amount: number | string, currency: string): { amount: bigint; inexact: boolean } {
  const units = BigInt(amount)
  const factor = dodoUnitsPerLagoUnit(currency)
  return { amount: units / factor, inexact: units % factor !== 0n }
}
