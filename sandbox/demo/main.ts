import { parseArgs } from 'node:util'
import { ACTS } from './acts/index.ts'
import { play } from './play.ts'
import { Screen } from './screen.ts'
import { setStage } from './stage.ts'
import { stayUp } from './stay-up.ts'
import type { Story } from './story.ts'
import { summary } from './summary.ts'
import { Traffic } from './traffic.ts'

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
})
if (values.help) {
  console.log(
    'bun run demo [--once]   --once: end after the story, with 0 if all of it came about and 1 if not',
  )
  process.exit(0)
}

const screen = new Screen()
const { bold, dim, red } = screen.paint
screen.line()
screen.line(` ${bold('lago-dodo-bridge')}   a Lago invoice, collected through Dodo Payments`)
screen.line(dim(' No account, no Docker: a fake Lago, a fake Dodo, a real Postgres, and the real bridge.'))
screen.line()

const stage = await setStage((what, work) => screen.during(what, work)).catch(error => {
  screen.line(` ${red('✗')} ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})
let leaving = false
async function leave(code: number): Promise<void> {
  if (leaving) return
  leaving = true
  await stage.stop()
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The embedded Postgres would end the process of its own accord, before the rest was put away.
  process.removeAllListeners(signal)
  process.on(signal, () => {
    screen.line()
    void leave(values.once ? 1 : 0)
  })
}

const traffic = new Traffic(stage)
const story: Story = { stage, traffic, invoiceId: '', payLink: '', checkoutUrl: '', states: null }
screen.line(`     ${dim('Lago sandbox')}  ${stage.lagoUrl}`)
screen.line(`     ${dim('Dodo sandbox')}  ${stage.dodoUrl}`)
screen.line(`     ${dim('bridge      ')}  ${stage.bridgeUrl}`)

traffic.forget()
const startedAt = Date.now()
try {
  for (const [index, act] of ACTS.entries()) await play(act, index + 1, story, screen)
  for (const line of summary(story, Date.now() - startedAt, screen.paint)) screen.line(line)
  if (!values.once) await stayUp(story, screen)
  await leave(0)
} catch (error) {
  if (!leaving) {
    screen.line(`   ${red('✗')} ${error instanceof Error ? error.message : error}`)
    screen.line(dim('     the last lines of the bridge:'))
    screen.line(await stage.bridge.tail(15))
    await leave(1)
  }
}
