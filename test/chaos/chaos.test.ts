import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { runCampaign } from './campaign.ts'
import { CAUSES } from './causes/index.ts'
import { complaints, held } from './report.ts'

/** What a loaded machine may take to recover; `bun run chaos` asks for five seconds. */
const WITHIN_MS = 20_000
const CHEAP = ['kill -9 after a 2xx', 'Postgres crashed', 'connections killed']

const left = () => readdirSync(tmpdir()).filter(name => name.startsWith(`bridge-chaos-${process.pid}-`))

test('killed, crashed and cut off under load, nothing is lost and nothing doubled, and all works again', async () => {
  const said: string[] = []
  const rounds = await runCampaign({
    causes: CAUSES.filter(({ name }) => CHEAP.includes(name)),
    rounds: CHEAP.length,
    seed: 1,
    withinMs: WITHIN_MS,
    settings: { LEASE: '1s', POLL_INTERVAL: '200ms', STEP_BACKOFF: '200ms' },
    tell: text => said.push(text),
  })
  expect(rounds.map(({ cause }) => cause).sort()).toEqual([...CHEAP].sort())
  expect(rounds.flatMap(complaints)).toEqual([])
  expect(rounds.filter(round => !held(round, WITHIN_MS)).length === 0 ? [] : said).toEqual([])
  expect(rounds.every(({ invoices, findings }) => invoices > 3 && findings.acknowledged > 10)).toBe(true)
  expect(left()).toEqual([])
}, 180_000)
