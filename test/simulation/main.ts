import { parseArgs } from 'node:util'
import { breakService } from './broken.ts'
import { MUTATIONS } from './mutations.ts'

const HELP = `bun run simulate [--seeds N] [--from S] [--jobs J] [--seed S] [--shrink] [--broken NAME|all]

  --seeds N      how many seeds (200)
  --from S       the first one (1)
  --jobs J       in so many processes (1)
  --seed S       this one alone, and its whole story
  --shrink       look for the smallest story of each seed that fails
  --broken NAME  with a fault in the service, until a seed catches it; \`all\` tries each fault and prints a table:
                 ${MUTATIONS.map(m => m.name).join(', ')}`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    broken: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(HELP)
  process.exit(0)
}
if (values.broken === 'all') {
  const { tryAll } = await import('./try-mutations.ts')
  process.exit((await tryAll(Number(values.seeds ?? '500'), Number(values.jobs))) ? 0 : 1)
}
if (Number(values.jobs) > 1 && values.seed === undefined && values.broken === undefined) {
  const { runSideBySide } = await import('./side-by-side.ts')
  const well = await runSideBySide(Number(values.seeds ?? '200'), Number(values.from), Number(values.jobs))
  process.exit(well ? 0 : 1)
}
const mutation = MUTATIONS.find(m => m.name === values.broken)
if (values.broken !== undefined && !mutation) {
  console.error(HELP)
  process.exit(2)
}
if (mutation) breakService(mutation)

const { runCampaign } = await import('./campaign.ts')
const count = Number(values.seeds ?? (mutation ? '500' : '200'))
const from = Number(values.from)
const alone = values.seed === undefined ? null : Number(values.seed)
const began = performance.now()
const { ran, failed } = await runCampaign(
  {
    seeds: alone === null ? Array.from({ length: count }, (_, n) => from + n) : [alone],
    first: mutation !== undefined,
    tell: alone !== null && !values.shrink,
    shrink: values.shrink,
  },
  text => console.log(text),
)
const seconds = ((performance.now() - began) / 1000).toFixed(0)
console.log(`${ran} seeds, ${failed.length} failed, ${seconds} s`)
process.exit(failed.length > 0 ? 1 : 0)
