import { parseArgs } from 'node:util'
import { campaign } from '../test/fuzz/campaign.ts'
import { summary } from '../test/fuzz/summary.ts'

/** Fires at every door of the real program: `bun run fuzz --requests 1000000 --seed 1`. Ends with 1 if anything was wrong. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    lanes: { type: 'string', default: '24' },
  },
})

let told = 0
const report = await campaign({
  requests: Number(values.requests),
  seed: Number(values.seed),
  lanes: Number(values.lanes),
  progress({ requests, seconds, memory }) {
    if (seconds - told < 5) return
    told = seconds
    const resident = ((memory.at(-1) ?? 0) / 1024 / 1024).toFixed(0)
    console.log(`${requests} requests, ${(requests / seconds).toFixed(0)} a second, ${resident} MB resident`)
  },
})
console.log(summary(report))
process.exit(report.faults.length === 0 ? 0 : 1)
