import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import type { PayableKey } from '../core/ids.ts'
import { PARK_REASONS } from '../core/park.ts'
import { resolve, retry, writeOff } from '../db/queries/act.ts'
import { payableByInvoice } from '../db/queries/known-payables.ts'
import { listPayables, onePayable } from '../db/queries/list-payables.ts'
import { timeline } from '../db/queries/timeline.ts'
import { type Command, Usage } from './command.ts'
import { type Desk, openDesk } from './desk.ts'
import { json, type Output } from './output.ts'
import { payableLines, payableTable } from './payable-view.ts'

export const PAYABLES_USAGE = `bun run payables <command> [options]

  list [--parked] [--reason R] [--state S] [--limit 100]   what is owed, the last changed first
  show <invoice>                                           where is this payment?
  retry <invoice> | retry --parked [--reason R]            try again what was refused or failed too often
  resolve <invoice> <reason> <about> [--note TEXT]         a person has settled this
  write-off <invoice> [--note TEXT]                        everything it waits for is given up as it stands

<invoice> is a Lago invoice id, an invoice number or a payable's key.
  --by NAME   who does it (default: the user of this shell)
  --json      for programs
Exit code: 0 done, 1 it could not be done as asked, 2 it could not be tried.`

type Options = ReturnType<typeof read>

/** `bun run payables`. */
export const payables: Command = async (args, config, output) => {
  const options = read(args)
  const [verb, ...rest] = options.positionals
  const run = verb === undefined ? undefined : COMMANDS[verb]
  if (options.help || !run) {
    output.out(PAYABLES_USAGE)
    return options.help ? 0 : 2
  }
  const desk = await openDesk(config)
  try {
    return await run(desk, rest, options, output)
  } finally {
    await desk.close()
  }
}

function read(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      parked: { type: 'boolean', default: false },
      reason: { type: 'string' },
      state: { type: 'string' },
      limit: { type: 'string', default: '100' },
      note: { type: 'string', default: '' },
      by: { type: 'string', default: userInfo().username },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const limit = Number(values.limit)
  if (!Number.isInteger(limit) || limit < 1) throw new Usage('--limit is a whole number')
  if (values.reason !== undefined && !(values.reason in PARK_REASONS))
    throw new Usage(`--reason is one of ${Object.keys(PARK_REASONS).join(', ')}`)
  return { ...values, limit, positionals }
}

type Run = (desk: Desk, args: string[], options: Options, output: Output) => Promise<number>

const COMMANDS: Readonly<Record<string, Run>> = {
  async list({ sql }, _args, options, output) {
    const { parked, reason = null, state = null, limit } = options
    const found = await listPayables(sql, { parked: parked || reason !== null, reason, state, limit })
    if (options.json) output.out(json(found))
    else output.out(found.length === 0 ? 'There is none.' : payableTable(found))
    return 0
  },

  async show({ sql }, args, options, output) {
    const key = await find(sql, args)
    const payable = await onePayable(sql, key)
    if (!payable) throw new Usage(`${key} has gone`)
    const events = await timeline(sql, key)
    output.out(options.json ? json({ ...payable, events }) : payableLines(payable, events))
    return 0
  },

  async retry({ sql, time }, args, options, output) {
    const { parked, reason = null, by, note, limit } = options
    const bulk = args.length === 0 && (parked || reason !== null)
    const keys = bulk
      ? (await listPayables(sql, { parked: true, reason, state: null, limit })).map(p => p.key)
      : [await find(sql, args)]
    for (const key of keys) await retry(sql, key, { by, note, at: time.now() })
    output.out(`${keys.length} will be tried again at once.`)
    return 0
  },

  async resolve({ sql, time }, args, { by, note }, output) {
    const [invoice, reason, about] = args
    if (reason === undefined || about === undefined)
      throw new Usage('payables resolve <invoice> <reason> <about>')
    const key = await find(sql, [invoice ?? ''])
    if (await resolve(sql, key, { reason, about, by, note, at: time.now() })) {
      output.out(`${reason} about ${about} is settled.`)
      return 0
    }
    output.err(`it does not wait for ${reason} about ${about}; \`payables show\` tells what it waits for`)
    return 1
  },

  async 'write-off'({ sql, time }, args, { by, note }, output) {
    const count = await writeOff(sql, await find(sql, args), { by, note, at: time.now() })
    output.out(count === 0 ? 'It waits for nobody; nothing was changed.' : `${count} written off.`)
    return count === 0 ? 1 : 0
  },
}

async function find(sql: Desk['sql'], [invoice]: string[]): Promise<PayableKey> {
  if (!invoice) throw new Usage('which invoice? Give its Lago id or its number')
  const key = await payableByInvoice(sql, invoice)
  if (!key) throw new Usage(`nothing is known of ${invoice}; \`bun run reconcile --invoice\` takes it up`)
  return key
}
