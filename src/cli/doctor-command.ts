import { parseArgs } from 'node:util'
import type { Budget } from '../calls/budget.ts'
import { guardedFetch } from '../calls/guarded-fetch.ts'
import { lookAtDatabase } from '../doctor/database.ts'
import { lookAtDodo } from '../doctor/dodo.ts'
import { type Finding, wrong } from '../doctor/finding.ts'
import { lookAtLago } from '../doctor/lago.ts'
import type { Command } from './command.ts'
import { openDesk } from './desk.ts'
import { json, table } from './output.ts'

/** A handful of reads; they must also leave when the database, which keeps the budgets, is away. */
const unlimited: Budget = { take: async () => {}, pause: async () => {} }

export const DOCTOR_USAGE = `bun run doctor [--json]

Looks at the settings, the database, Lago and Dodo, and says what is wrong and what to do about it. Changes nothing.
Exit code: 0 nothing is wrong, 1 something is.`

/** `bun run doctor`. */
export const doctor: Command = async (args, config, output) => {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    output.out(DOCTOR_USAGE)
    return 0
  }
  const fetchOf = (system: 'lago' | 'dodo') =>
    guardedFetch({ system, budget: unlimited, timeoutMs: config[system].timeoutMs })
  const findings: Finding[] = [
    ...(await databaseFindings()),
    ...(await lookAtLago(config, fetchOf('lago'))),
    ...(await lookAtDodo(config, fetchOf('dodo'))),
  ]
  const bad = findings.filter(f => f.level === 'wrong').length
  if (values.json) output.out(json(findings))
  else {
    output.out(
      table(
        ['', 'what', 'how it stands', 'what to do'],
        findings.map(f => [f.level, f.about, f.say, f.todo]),
        160,
      ),
    )
    output.out(bad === 0 ? '\nNothing is wrong.' : `\n${bad} ${bad === 1 ? 'thing is' : 'things are'} wrong.`)
  }
  return bad === 0 ? 0 : 1

  async function databaseFindings(): Promise<Finding[]> {
    try {
      const desk = await openDesk(config)
      try {
        return await lookAtDatabase(desk.sql)
      } finally {
        await desk.close()
      }
    } catch (error) {
      const say = error instanceof Error ? error.message || error.name : String(error)
      return [wrong('database', say, 'check DATABASE_URL, and that Postgres can be reached from here')]
    }
  }
}
