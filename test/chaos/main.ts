import { parseArgs } from 'node:util'
import { runCampaign } from './campaign.ts'
import { CAUSES } from './causes/index.ts'
import { held, table } from './report.ts'

const HELP = `bun run chaos [--rounds N] [--seed S] [--only CAUSE]

  --rounds N     how many (${CAUSES.length}, one of each cause)
  --seed S       of the first round; each has the next (drawn)
  --only CAUSE   this one alone: ${CAUSES.map(({ name }) => `'${name}'`).join(', ')}`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: String(CAUSES.length) },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const causes = CAUSES.filter(({ name }) => values.only === undefined || name === values.only)
if (values.help || causes.length === 0) {
  console.log(HELP)
  process.exit(values.help ? 0 : 2)
}

const stopped = new AbortController()
const listen = () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The embedded Postgres would end the process on a signal of its own accord.
    process.removeAllListeners(signal)
    process.on(signal, () => {
      // Whoever asks twice does not want to wait: what is left is cleaned up all the same.
      if (stopped.signal.aborted) process.exit(130)
      console.log('ending after this round')
      stopped.abort()
    })
  }
}
const began = performance.now()
const rounds = await runCampaign({
  causes,
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  tell(text) {
    listen()
    console.log(text)
  },
  signal: stopped.signal,
})
const broke = rounds.filter(round => !held(round))
console.log(`\n${table(rounds)}\n`)
console.log(
  `${rounds.length} rounds from seed ${values.seed}, ${broke.length} broke a promise, ${((performance.now() - began) / 60_000).toFixed(1)} min`,
)
process.exit(broke.length > 0 || rounds.length === 0 ? 1 : 0)
