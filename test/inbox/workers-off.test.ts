import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { startBridge } from '../../src/bridge.ts'
import { createConfig } from '../support/config.ts'
import { freshDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'

const ID = '00000000-0000-4000-8000-000000000001'
const nowhere = 'http://127.0.0.1:9'

test('a bridge without workers stores what it hears and leaves the work to others', async () => {
  const config = createConfig({
    lagoUrl: nowhere,
    lagoKey: 'lago_key',
    dodoUrl: nowhere,
    dodoKey: 'dodo_key',
  })
  const databaseUrl = await freshDatabase()
  const bridge = await startBridge({ config: { ...config, databaseUrl }, log: silentLog, workers: false })
  try {
    const body = JSON.stringify({ webhook_type: 'invoice.created', invoice: { lago_id: ID } })
    const signature = createHmac('sha256', config.lago.hmacKeys[0] ?? '')
      .update(body)
      .digest('base64')
    const answer = await fetch(`${bridge.url}/webhooks/lago`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-lago-signature': signature },
      body,
    })
    expect(answer.status).toBe(200)
    await Bun.sleep(300)
    const [row] = await bridge.sql<{ lease_token: number | null; due: boolean }[]>`
      select lease_token, due_at is not null as due from payables where key = ${`invoice:${ID}`}`
    expect(row).toEqual({ lease_token: null, due: true })
  } finally {
    await bridge.stop()
  }
})
