import { afterEach, expect, test } from 'bun:test'
import pino from 'pino'
import { sweep } from '../../src/reconcile/sweep.ts'
import { createSystems } from '../../src/systems.ts'
import { checkout } from '../support/stories.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

/** One sweep, and what it says that a person should know. */
async function alarms(now: () => Date): Promise<{ msg: string; about: string }[]> {
  const lines: { msg: string; about: string; level: number }[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const { sql } = world.bridge
  const { routine } = createSystems(world.config, { sql, time: { now }, fetch: globalThis.fetch })
  await sweep({ sql, log, now, taxMode: 'inclusive', ...routine }, async () => true)
  return lines
}

const now = () => new Date()

test('an invoice that has just come is no difference: no webhook of it was lost', async () => {
  world = await startWorld()
  await world.bridge.worker.stop()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  const { sql } = world.bridge
  while ((await sql`select 1 from payables where key = ${`invoice:${id}`}`).length === 0) await Bun.sleep(20)
  expect(await alarms(now)).toEqual([])
})

test('an invoice that is at rest and differs is one, and so is one that nobody was told of', async () => {
  world = await startWorld()
  const told = world.lago.control.createInvoice({ fees: [900] }).lago_id
  await checkout(world, told)
  await Bun.sleep(300)
  world.lago.deliveries.drop(() => true)
  world.lago.control.setPaymentStatus({ invoice_id: told, payment_status: 'failed' })
  const untold = world.lago.control.createInvoice({ fees: [700] }).lago_id
  expect((await alarms(now)).map(({ about }) => about).sort()).toEqual([told, untold].sort())
})
