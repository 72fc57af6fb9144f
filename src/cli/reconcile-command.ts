import { parseArgs } from 'node:util'
import { startBridge } from '../bridge.ts'
import { asLagoInvoiceId, type PayableKey, payableKey } from '../core/ids.ts'
import { payableByInvoice } from '../db/queries/known-payables.ts'
import { createLogger } from '../log.ts'
import { type Difference, doing } from '../reconcile/difference.ts'
import { type Found, findAll, type Mended, mend } from '../reconcile/mend.ts'
import type { Scope } from '../reconcile/search.ts'
import { type Command, Usage } from './command.ts'
import { type Desk, openDesk } from './desk.ts'
import { json, type Output, table } from './output.ts'
import { durationMs } from './words.ts'

export const RECONCILE_USAGE = `bun run reconcile [--since 7d] [--invoice ID|NUMBER] [--dry-run] [--wait 2m] [--json]

Compares Lago, Dodo and the database, names every difference, and mends it.
  --since     how far back to look (default 7d)
  --invoice   one invoice only, by its Lago id or its number
  --dry-run   name the differences and what would be done; change nothing
  --wait      how long to wait for the mending to come to rest (default 2m)
  --json      for programs
Exit code: 0 nothing differs, or all of it was mended or waits for a person; 1 differences remain; 2 it could not look.`

/** `bun run reconcile`. */
export const reconcile: Command = async (args, config, output) => {
  const options = read(args)
  if (options.help) {
    output.out(RECONCILE_USAGE)
    return 0
  }
  const desk = await openDesk(config)
  try {
    const scope = await scopeOf(desk, options)
    const context = { ...desk, ...desk.systems, taxMode: config.taxMode, now: () => desk.time.now() }
    if (options.dryRun) {
      const found = await findAll(context, scope)
      show(output, options.json, found)
      return found.failed.size > 0 ? 2 : found.differences.length > 0 ? 1 : 0
    }
    // Its own worker, so that the service need not run; beside a running one it is another replica.
    const bridge = await startBridge({
      config: desk.config,
      log: createLogger({ ...config, logLevel: 'silent' }),
      doors: false,
    })
    try {
      const found = await findAll(context, scope)
      const { mended, failed } = await mend(context, scope, found, {
        kick: () => bridge.worker.kick(),
        waitMs: options.waitMs,
      })
      show(output, options.json, { ...found, failed: new Map([...found.failed, ...failed]) }, mended)
      if (found.failed.size + failed.size > 0) return 2
      return mended.some(m => m.outcome === 'remains') ? 1 : 0
    } finally {
      await bridge.stop()
    }
  } finally {
    await desk.close()
  }
}

type Options = {
  sinceMs: number
  waitMs: number
  invoice: string | null
  dryRun: boolean
  json: boolean
  help: boolean
}

function read(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      since: { type: 'string', default: '7d' },
      wait: { type: 'string', default: '2m' },
      invoice: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  return {
    sinceMs: durationMs('--since', values.since),
    waitMs: durationMs('--wait', values.wait),
    invoice: values.invoice ?? null,
    dryRun: values['dry-run'],
    json: values.json,
    help: values.help,
  }
}

async function scopeOf({ sql, time }: Desk, { sinceMs, invoice }: Options): Promise<Scope> {
  const since = new Date(time.now().getTime() - sinceMs)
  const mostReads = Number.POSITIVE_INFINITY
  if (invoice === null) return { since, adoptFrom: since, only: null, mostReads }
  const id = asLagoInvoiceId(invoice)
  const only: PayableKey | null = id ? payableKey.invoice(id) : await payableByInvoice(sql, invoice)
  if (!only) throw new Usage(`no invoice ${invoice} is known here; give its Lago id to take it up`)
  return { since, adoptFrom: since, only, mostReads }
}

function show(output: Output, asJson: boolean, found: Found, mended: readonly Mended[] | null = null): void {
  const { differences, failed } = found
  const outcomeOf = (d: Difference) => mended?.find(m => m.difference === d)
  if (asJson) {
    output.out(
      json({
        differences: differences.map(d => ({
          ...d,
          doing: doing(d),
          outcome: outcomeOf(d)?.outcome,
          say: outcomeOf(d)?.say,
        })),
        failed: Object.fromEntries(failed),
      }),
    )
    return
  }
  if (differences.length > 0) {
    const last = mended ? ['what was done', 'outcome'] : ['what would be done']
    output.out(
      table(
        ['kind', 'invoice', 'about', 'Lago says', 'Dodo says', 'we say', ...last],
        differences.map(d => {
          const done = outcomeOf(d)
          const end = done ? [`${done.outcome}${done.say ? `: ${done.say}` : ''}`] : []
          return [d.kind, d.invoice, d.about, d.lago, d.dodo, d.here, doing(d), ...end]
        }),
      ),
    )
    output.out('')
  }
  output.out(summary(differences, mended))
  for (const [name, why] of failed) output.err(`the search ${name} failed, so that more may differ: ${why}`)
}

function summary(differences: readonly Difference[], mended: readonly Mended[] | null): string {
  const found = `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`
  if (!mended) return differences.length === 0 ? 'Nothing differs.' : `${found}. Nothing was changed.`
  const count = (outcome: Mended['outcome']) => mended.filter(m => m.outcome === outcome).length
  return differences.length === 0
    ? 'Nothing differs.'
    : `${found}: ${count('mended')} mended, ${count('parked')} wait for a person, ${count('remains')} remain.`
}
