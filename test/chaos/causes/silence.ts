import { type Cause, drawPlaces, namesOf, type Stage } from './cause.ts'

/** Nothing goes through and nothing ends; afterwards old connections go on, or are never heard of again. */
const silence = (way: 'postgres' | 'lago' | 'dodo', who: string): Cause => ({
  name: `${who} gone silent`,
  async strike(stage: Stage) {
    const { random } = stage
    const places = drawPlaces(stage)
    const ms = random.int(1_000, 7_000)
    const forgotten = random.next() < 0.5
    for (const { wires } of places) wires[way].silence()
    await Bun.sleep(ms)
    for (const { wires } of places) forgotten ? wires[way].forget() : wires[way].restore()
    return `for ${namesOf(places)}, for ${ms} ms, old connections ${forgotten ? 'forgotten' : 'going on'}`
  },
})

export const silentPostgres = silence('postgres', 'Postgres')
export const silentLago = silence('lago', 'Lago')
export const silentDodo = silence('dodo', 'Dodo')
