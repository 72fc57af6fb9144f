import type { Screen } from './screen.ts'
import { readStates, stateLines } from './states.ts'
import type { Act, Story } from './story.ts'
import { messageLine } from './traffic.ts'

const PATIENCE_MS = 20_000
const POLL_MS = 40

/** Plays one act: shows what is said while it is said, and in the end where all three stand. Throws if it fails. */
export async function play(act: Act, number: number, story: Story, screen: Screen): Promise<void> {
  const { paint } = screen
  screen.line()
  screen.line(` ${paint.bold(`${number}  ${act.title}`)}`)
  await screen.during(`waiting for ${act.waitFor}`, untilOver(act, story, screen))
  const states = await readStates(story.stage, story.invoiceId)
  for (const line of stateLines(states, story.states, paint)) screen.line(line)
  story.states = states
}

async function untilOver(act: Act, story: Story, screen: Screen): Promise<void> {
  let ended = false
  story.stage.bridge.ended.then(() => {
    ended = true
  })
  await act.begin(story)
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const over = await act.isOver(story, await readStates(story.stage, story.invoiceId))
    for (const message of story.traffic.take()) screen.line(messageLine(message, screen.paint))
    if (over) return
    if (ended) throw new Error('the bridge has ended')
    if (Date.now() > until) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${act.waitFor}`)
    await Bun.sleep(POLL_MS)
  }
}
