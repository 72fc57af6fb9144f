import { Hono } from 'hono'
import type { Logger } from 'pino'
import { CallError } from '../../calls/call-error.ts'
import type { Sql } from '../../db/connection.ts'
import { listTopups } from '../../db/queries/topups.ts'
import type { HistoryEntry } from '../../topup/balance.ts'
import { type BalanceService, toTopup } from '../../topup/balance-service.ts'
import { CREDITS_PER_USD, displayCredits, usdOf } from '../../topup/credits.ts'
import type { Identify } from '../../topup/identity.ts'
import { Refusal } from '../../topup/refusal.ts'
import { type Input, inputOf, onError, refuse, smallBody, textIn } from './answers.ts'
import { checkCity, needAdmin, needUser } from './callers.ts'
import { filterOf, listed, pagingOf } from './paging.ts'

type Parts = { service: BalanceService; sql: Sql; identify: Identify; log: Logger }

/** Top-ups and balances, under `/v1/balance`. */
export function balanceApp({ service, sql, identify, log }: Parts): Hono {
  const app = new Hono().basePath('/v1/balance')

  app.get('/me', async c => {
    const { userId } = await needUser(c, identify)
    const { credits, createdAt, updatedAt } = await service.balance.account(userId)
    return c.json({
      user_id: userId,
      credits: Number(credits),
      unit: 'credits',
      usd: usdOf(credits),
      conversion: { credits_per_usd: Number(CREDITS_PER_USD), usd_decimals: 6 },
      display: displayCredits(credits),
      created_at: createdAt?.toISOString() ?? '',
      updated_at: updatedAt?.toISOString() ?? '',
    })
  })

  app.get('/history/me', async c => {
    const { userId } = await needUser(c, identify)
    return c.json(listed(await service.balance.history(userId, pagingOf(c)), entry => shown(entry, userId)))
  })

  app.get('/history', async c => {
    await needAdmin(c, identify)
    const userId = filterOf(c, 'user_id')
    if (!userId) throw new Refusal(400, 'user_required', 'user_id is required')
    return c.json(listed(await service.balance.history(userId, pagingOf(c)), entry => shown(entry, userId)))
  })

  app.get('/topups/me', async c => {
    const { userId } = await needUser(c, identify)
    return c.json(
      listed(await listTopups(sql, { userId, status: filterOf(c, 'status'), ...pagingOf(c) }), toTopup),
    )
  })

  app.get('/topups', async c => {
    await needAdmin(c, identify)
    const filter = { userId: filterOf(c, 'user_id'), status: filterOf(c, 'status'), ...pagingOf(c) }
    return c.json(listed(await listTopups(sql, filter), toTopup))
  })

  app.post('/topups/create', smallBody, async c => {
    const user = await needUser(c, identify)
    const input = await inputOf(c)
    checkCity(user, input)
    const extra = { note: textIn(input, 'note'), ref: textIn(input, 'ref'), meta: metaIn(input) }
    return c.json(await service.createTopup(user.userId, input['credits'], extra))
  })

  app.post('/topups/finish', smallBody, async c => {
    await needAdmin(c, identify)
    const input = await inputOf(c)
    const topupId = topupIn(input)
    const before = await service.readTopup(topupId)
    if (!before) throw new Refusal(404, 'topup_not_found', `topup not found: ${topupId}`)
    if (before.status === 'paid') throw new Refusal(409, 'topup_already_paid', 'topup is already paid')
    const ref = textIn(input, 'ref')
    const note = textIn(input, 'note')
    const topup = await service.finishByHand(before, {
      ref: ref || `operator:${topupId}`,
      ...(note ? { note } : {}),
      meta: metaIn(input),
    })
    return c.json(topup)
  })

  app.post('/topups/cancel', smallBody, async c => {
    await needAdmin(c, identify)
    const input = await inputOf(c)
    return c.json(await service.cancelTopup(topupIn(input), textIn(input, 'note') || null))
  })

  app.all('/*', c => refuse(c, new Refusal(404, 'not_found', 'there is nothing here')))
  const otherwise = onError(log)
  app.onError((error, c) =>
    error instanceof CallError
      ? refuse(c, new Refusal(503, 'balance_unavailable', 'the balance cannot be reached now'))
      : otherwise(error, c),
  )
  return app
}

function topupIn(input: Input): string {
  const id = textIn(input, 'topup_id')
  if (id === '') throw new Refusal(400, 'topup_required', 'topup_id is required')
  return id
}

function metaIn(input: Input): Record<string, unknown> {
  const meta = input['meta']
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return {}
  if (isDeeper(meta, DEEPEST_META)) throw new Refusal(400, 'invalid_meta', 'meta is nested too deeply')
  return { ...meta }
}

/** Deeper than anybody writes, and far from where Postgres gives up reading. */
const DEEPEST_META = 50

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(inner => isDeeper(inner, levels - 1))
}

const shown = (entry: HistoryEntry, userId: string) => ({
  id: entry.id,
  user_id: userId,
  kind: entry.kind,
  credits_delta: Number(entry.delta),
  credits_after: Number(entry.after),
  note: entry.note,
  ref: entry.ref,
  metadata_json: JSON.stringify(entry.meta),
  created_at: entry.at.toISOString(),
})
