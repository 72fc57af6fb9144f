import { payableKey, type TopupId } from '../core/ids.ts'
import type { Sql } from '../db/connection.ts'
import { expectTopup } from '../db/queries/expect-topup.ts'
import { requestLook } from '../db/queries/pay-link.ts'
import { beginDebit, endDebit } from '../db/queries/topup-debits.ts'
import {
  cancelTopup,
  getTopup,
  insertTopup,
  letGoTopup,
  markTopupPaid,
  type TopupRow,
  takeTopup,
} from '../db/queries/topups.ts'
import type { Time } from '../time.ts'
import type { Balance } from './balance.ts'
import { CREDITS_PER_CENT, centsOf } from './credits.ts'
import { newTopupId } from './ids.ts'
import { Refusal } from './refusal.ts'
import type { FinishNote, ReverseTopup, Topup } from './topup.ts'

export type TopupLimits = { minCredits: number; maxCredits: number; maxOpen: number }

type Options = {
  sql: Sql
  time: Time
  balance: Balance
  limits: TopupLimits
  onChanged?: () => void
  /** Names a new top-up; nobody must be able to guess it. */
  newId?: (() => TopupId) | undefined
}

/** What takes longer was interrupted. */
const INTERRUPTED_MS = 10_000

/** Top-ups and the balances they go to. Its `readTopup`, `finishTopup` and `reverseTopup` are what a payment service needs. */
export class BalanceService {
  constructor(private readonly options: Options) {}

  get balance(): Balance {
    return this.options.balance
  }

  /** `credits` as it came from outside. Throws Refusal. */
  async createTopup(
    userId: string,
    credits: unknown,
    extra: { note: string; ref: string; meta: unknown },
  ): Promise<Topup> {
    const { sql, time, balance, limits, newId = newTopupId } = this.options
    const wanted = this.#checked(credits)
    const objection = await balance.objection(userId)
    if (objection) throw new Refusal(422, objection.code, objection.message)
    const topup = {
      topupId: newId(),
      userId,
      credits: wanted,
      usdCents: centsOf(wanted),
      ...extra,
      balance: balance.kind,
    }
    const row = await insertTopup(sql, topup, limits.maxOpen, time.now())
    if (!row)
      throw new Refusal(
        409,
        'too_many_open_topups',
        `at most ${limits.maxOpen} top-ups may be unpaid at a time`,
      )
    return toTopup(row)
  }

  readonly readTopup = async (topupId: string): Promise<ReturnType<typeof toTopup> | null> => {
    const row = await getTopup(this.options.sql, topupId)
    return row ? toTopup(row) : null
  }

  /** Gives the credits once. Again with the same `ref` it answers as the first time; with another it is refused. */
  readonly finishTopup = async (topupId: string, { ref, note, meta }: FinishNote): Promise<Topup> => {
    const { sql, time, balance } = this.options
    const reference = ref ?? topupId
    const row = await takeTopup(sql, topupId, reference, time.now())
    if (!row) return this.#alreadyTaken(topupId, reference)
    try {
      await balance.credit(row, { ref: reference, note: note ?? row.note, meta: meta ?? {} })
    } catch (error) {
      await letGoTopup(sql, topupId)
      throw error
    }
    return toTopup(await markTopupPaid(sql, topupId, time.now()))
  }

  /** As an operator does it by hand: should it be interrupted, the loop brings it to its end. */
  async finishByHand(topup: Pick<Topup, 'topup_id' | 'user_id'>, note: FinishNote): Promise<Topup> {
    const { sql, time } = this.options
    const now = time.now()
    const dueAt = new Date(now.getTime() + INTERRUPTED_MS)
    const key = payableKey.topup(topup.topup_id as TopupId)
    await expectTopup(sql, { key, userId: topup.user_id, dueAt }, now)
    try {
      return await this.finishTopup(topup.topup_id, note)
    } finally {
      await this.changed(topup.topup_id)
    }
  }

  readonly reverseTopup: ReverseTopup = async (topupId, { key, credits, ref, note, meta }) => {
    const { sql, time, balance } = this.options
    const row = await getTopup(sql, topupId)
    if (!row) throw new Refusal(404, 'topup_not_found', `topup not found: ${topupId}`)
    const known = await beginDebit(sql, { key, topupId, credits, note: note ?? '' }, time.now())
    if (known.debited !== null) return { debited: known.debited, shortfall: known.shortfall ?? 0n }
    const entry = {
      key,
      credits,
      ref: ref ?? key,
      note: note ?? 'refund',
      meta: meta ?? {},
      since: known.startedAt,
      isNew: known.isNew,
    }
    const result = await balance.debit(row, entry)
    await endDebit(sql, key, result, time.now())
    return result
  }

  /** Only a pending one: what is paid is not taken back by this. Throws Refusal. */
  async cancelTopup(topupId: string, note: string | null): Promise<Topup> {
    const row = await cancelTopup(this.options.sql, topupId, note, this.options.time.now())
    if (!row) throw await this.#refusal(topupId)
    await this.changed(topupId)
    return toTopup(row)
  }

  /** The payment of the top-up, if there is one, is looked at again. */
  async changed(topupId: string): Promise<void> {
    await requestLook(this.options.sql, payableKey.topup(topupId as TopupId), this.options.time.now())
    this.options.onChanged?.()
  }

  async #alreadyTaken(topupId: string, reference: string): Promise<Topup> {
    const row = await getTopup(this.options.sql, topupId)
    if (row?.status === 'paid' && row.creditedFor === reference) return toTopup(row)
    throw await this.#refusal(topupId)
  }

  async #refusal(topupId: string): Promise<Refusal> {
    const row = await getTopup(this.options.sql, topupId)
    if (!row) return new Refusal(404, 'topup_not_found', `topup not found: ${topupId}`)
    return new Refusal(409, `topup_already_${row.status}`, `topup is already ${row.status}`)
  }

  #checked(value: unknown): bigint {
    const { minCredits, maxCredits } = this.options.limits
    const refuse = (message: string) => new Refusal(400, 'invalid_credits', message)
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
      throw refuse('credits must be a positive credits integer')
    if (BigInt(value) % CREDITS_PER_CENT !== 0n)
      throw refuse(`credits must be whole US cents: a multiple of ${CREDITS_PER_CENT}`)
    if (value < minCredits) throw refuse(`credits must be at least ${minCredits}`)
    if (value > maxCredits) throw refuse(`credits must be at most ${maxCredits}`)
    return BigInt(value)
  }
}

export const toTopup = (row: TopupRow): Topup & { credited_for: string | null } => ({
  topup_id: row.topupId,
  user_id: row.userId,
  credits: Number(row.credits),
  usd_cents: Number(row.usdCents),
  status: row.status,
  note: row.note,
  ref: row.ref,
  metadata_json: JSON.stringify(row.meta),
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
  credited_for: row.creditedFor,
})
