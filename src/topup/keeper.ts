import type { TopupFact } from '../core/facts.ts'
import type { TopupId } from '../core/ids.ts'
import { type TopupKeeper, TopupTaken } from '../steps/topup-keeper.ts'
import { centsOf } from './credits.ts'
import { Refusal } from './refusal.ts'
import type { FinishTopup, ReadTopup, ReverseTopup, TopupView } from './topup.ts'

type Callbacks = {
  readTopup: ReadTopup
  finishTopup: FinishTopup
  reverseTopup?: ReverseTopup | undefined
}

/** Turns the three functions that a host brings into what the steps ask for. */
export function keeperOf({ readTopup, finishTopup, reverseTopup }: Callbacks): TopupKeeper {
  const read = async (id: TopupId, at: Date): Promise<TopupFact | null> => {
    const view = await found(readTopup, id)
    return view ? toFact(view, id, at) : null
  }
  return {
    read,
    async credit(topup, { reference, note, meta }, at) {
      try {
        await finishTopup(topup.id, { note, ref: reference, meta })
      } catch (error) {
        if (statusOf(error) === 409) throw new TopupTaken(messageOf(error))
        throw error
      }
      const after = await read(topup.id, at)
      if (after?.status !== 'paid') throw new Error(`top-up ${topup.id} was finished, and is not paid`)
      return { ...after, creditedFor: after.creditedFor ?? reference }
    },
    debit: reverseTopup
      ? async (topup, { key, credits, note, meta }) => {
          const { debited, shortfall } = await reverseTopup(topup.id, { key, credits, note, ref: key, meta })
          return { debited: BigInt(debited), shortfall: BigInt(shortfall) }
        }
      : null,
  }
}

/** The top-up, or null: a host may say so, or throw an error whose status is 404. */
export async function found(readTopup: ReadTopup, id: string): Promise<TopupView | null> {
  try {
    return await readTopup(id)
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

/** Throws Refusal if the host's numbers are none that can be charged. */
export function toFact(view: TopupView, id: TopupId, readAt: Date): TopupFact {
  const credits = whole(view.credits, 'credits')
  const amount = view.usd_cents === undefined ? centsOf(credits) : whole(view.usd_cents, 'usd_cents')
  if (amount <= 0n) throw new Refusal(422, 'price_missing', 'the top-up has no price in whole cents')
  return {
    id,
    userId: view.user_id,
    credits,
    amount,
    currency: 'USD',
    status: view.status,
    note: view.note ?? '',
    creditedFor: view.credited_for ?? null,
    readAt,
  }
}

function whole(value: number | bigint, name: string): bigint {
  if (typeof value === 'bigint') return value
  if (!Number.isSafeInteger(value)) throw new Refusal(422, 'price_missing', `${name} is not a whole number`)
  return BigInt(value)
}

const statusOf = (error: unknown): number | null =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : null

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
