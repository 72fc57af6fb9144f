import type { EffectVerb } from '../../core/intent.ts'
import type { Sql } from '../connection.ts'
import type { Claim } from './claim-due.ts'

type Begun = { verb: EffectVerb; key: string }

/** Its call leaves only now: how long it may still land counts from here. False if the lease was lost. */
export async function moveIntent(sql: Sql, claim: Claim, { verb, key }: Begun, now: Date): Promise<boolean> {
  const rows = await sql`
    update intents i set started_at = ${now} from payables p
    where i.payable_key = ${claim.key} and i.verb = ${verb} and i.key = ${key} and i.state = 'started'
      and p.key = i.payable_key and p.lease_token = ${claim.token} and p.lease_until > ${now}
    returning 1`
  return rows.length > 0
}
