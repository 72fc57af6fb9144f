import type { Sql } from '../connection.ts'

const MARK = 'sweep:turn'

/**
 * Takes the turn to sweep: at most once in `everyMs`, and never while another replica holds it. Returns whether it
 * was taken. The very first turn only comes one period after it was asked for: a new installation has missed nothing.
 */
export async function takeTurn(
  sql: Sql,
  turn: { holder: string; everyMs: number; leaseMs: number },
  now: Date,
): Promise<boolean> {
  const until = new Date(now.getTime() + turn.leaseMs)
  await sql`
    insert into marks (name, value, at) values (${MARK}, ${JSON.stringify({ holder: null, until: now })}::text::jsonb, ${now})
    on conflict (name) do nothing`
  const rows = await sql`
    update marks set value = ${JSON.stringify({ holder: turn.holder, until })}::text::jsonb, at = ${now}
    where name = ${MARK} and at <= ${new Date(now.getTime() - turn.everyMs)}
      and (value->>'holder' is null or (value->>'until')::timestamptz <= ${now})
    returning 1`
  return rows.length > 0
}

/** Keeps the turn while the sweep goes on; false if it was lost to another replica. */
export async function keepTurn(sql: Sql, holder: string, until: Date): Promise<boolean> {
  const rows = await sql`
    update marks set value = ${JSON.stringify({ holder, until })}::text::jsonb
    where name = ${MARK} and value->>'holder' = ${holder}
    returning 1`
  return rows.length > 0
}

/** Gives the turn back; the next one comes a period after this one began. */
export async function endTurn(sql: Sql, holder: string, now: Date): Promise<void> {
  await sql`
    update marks set value = ${JSON.stringify({ holder: null, until: now })}::text::jsonb
    where name = ${MARK} and value->>'holder' = ${holder}`
}
