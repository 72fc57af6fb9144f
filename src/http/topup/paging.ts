import type { Context } from 'hono'
import type { After, Page } from '../../db/queries/page.ts'
import { storableText } from '../../db/storable.ts'
import { Refusal } from '../../topup/refusal.ts'

const USUAL = 20
const MOST = 200

/** `limit` (20 unless told, at most 200) and `cursor` of a list. Throws Refusal on a cursor that we did not give. */
export function pagingOf(c: Context): { limit: number; after: After } {
  const asked = Number(c.req.query('limit') ?? USUAL)
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MOST) : USUAL
  const cursor = c.req.query('cursor')
  return { limit, after: cursor ? decode(cursor) : null }
}

/** A filter of the query, or null. */
export const filterOf = (c: Context, name: string): string | null =>
  storableText(c.req.query(name)?.trim() ?? '') || null

/** The rows and where to go on; `next_cursor` is null on the last page. */
export const listed = <T, U>({ items, next }: Page<T>, show: (item: T) => U) => ({
  items: items.map(show),
  next_cursor: next ? encode(next) : null,
})

const encode = ({ at, id }: NonNullable<After>): string =>
  Buffer.from(`${at.toISOString()}|${id}`).toString('base64url')

function decode(cursor: string): After {
  const [, at, id] =
    /^([12]\d{3}-\d\d-\d\dT[\d:.]+Z)\|(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const moment = new Date(at ?? Number.NaN)
  if (!id || Number.isNaN(moment.getTime()) || storableText(id) !== id)
    throw new Refusal(400, 'invalid_cursor', 'the cursor is not one that was given here')
  return { at: moment, id }
}
