import { linkOf } from './acts/invoice.ts'
import type { Screen } from './screen.ts'
import { browse, type Story } from './story.ts'
import { messageLine } from './traffic.ts'

const POLL_MS = 100
const PATIENCE_MS = 10_000

/** Leaves an unpaid invoice to play with, and shows what is said until Ctrl-C. Throws if the bridge ends. */
export async function stayUp(story: Story, screen: Screen): Promise<void> {
  const { stage, traffic } = story
  const { bold, cyan, dim } = screen.paint
  const invoice = stage.lago.control.createInvoice({
    customer: {
      external_id: 'initech',
      name: 'Initech',
      email: 'bill@initech.test',
      country: 'US',
      currency: 'USD',
    },
    fees: [{ amount_cents: 12_900, name: 'Business plan' }],
  })
  const payLink = await screen.during(
    'opening a second checkout',
    until(() => linkOf(stage.lago, invoice.lago_id)),
  )
  const checkout = (await browse(story, payLink, '')).headers.get('location') ?? ''
  traffic.take()

  screen.line(` ${bold(`Your turn: invoice ${invoice.number} of USD 129.00 is not paid yet`)}`)
  screen.line(`     pay link       ${cyan(payLink)}`)
  screen.line(`     checkout page  ${cyan(checkout)}`)
  screen.line(`     Lago sandbox   ${cyan(`${stage.lagoUrl}/`)}   ${dim('make, retry and void invoices')}`)
  screen.line(
    dim('     What is said between the three is shown here. Ctrl-C ends it and leaves nothing behind.'),
  )
  screen.line()

  let ended = false
  stage.bridge.ended.then(() => {
    ended = true
  })
  while (!ended) {
    for (const message of traffic.take()) screen.line(messageLine(message, screen.paint))
    await Bun.sleep(POLL_MS)
  }
  throw new Error('the bridge has ended')
}

async function until(look: () => string): Promise<string> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const found = look()
    if (found !== '') return found
    if (Date.now() > end) throw new Error('the second invoice got no pay link')
    await Bun.sleep(POLL_MS)
  }
}
