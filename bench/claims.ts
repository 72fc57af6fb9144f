import { connect } from '../src/db/connection.ts'
import { claimDue } from '../src/db/queries/claim-due.ts'
import { finishRuns } from '../src/db/queries/finish-run.ts'
import type { Stage } from './stage.ts'

const AT_ONCE = 64

/** How many payables a second one process can claim and finish with nothing to do in between: the work list alone. */
export async function bareClaims(
  { databaseUrl }: Pick<Stage, 'databaseUrl'>,
  payables: number,
): Promise<number> {
  const sql = connect(databaseUrl, { max: 2 })
  try {
    await sql`
      insert into payables (key, kind, pay_token, due_at, created_at, updated_at)
      select 'bench:' || n, 'bench', 'bench:' || n, now(), now(), now() from generate_series(1, ${payables}) as n`
    const began = performance.now()
    for (let done = 0; done < payables; ) {
      const now = new Date()
      const kinds = ['bench'] as never[]
      const claims = await claimDue(sql, { now, leaseMs: 60_000, limit: AT_ONCE, urgentOnly: false, kinds })
      const plan = { state: 'closed', say: '', attention: [], wakeAt: null, notices: [] } as const
      const rest = { plan, patch: {}, heard: [], notify: false, retryRequestedAt: null, at: now }
      await finishRuns(
        sql,
        claims.map(claim => ({ ...rest, claim })),
      )
      done += claims.length
    }
    const seconds = (performance.now() - began) / 1000
    await sql`delete from payables where kind = 'bench'`
    return payables / seconds
  } finally {
    await sql.end()
  }
}
