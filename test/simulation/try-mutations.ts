import { Gate } from '../../sandbox/kernel/gate.ts'
import { startAnother } from './another.ts'
import { MUTATIONS, type Mutation } from './mutations.ts'

/** Runs every mutation in a process of its own, so many at once, and prints a table. Returns whether each was caught. */
export async function tryAll(seeds: number, jobs: number): Promise<boolean> {
  console.log('| Variant | What it does | Caught by seed | What was said |\n|---|---|---|---|')
  const gate = new Gate(jobs)
  const tried = MUTATIONS.map(mutation => gate.run(() => tryOne(mutation, seeds)))
  let caught = true
  for (const result of tried) {
    const { row, caught: one } = await result
    console.log(row)
    caught &&= one
  }
  return caught
}

async function tryOne({ name, says }: Mutation, seeds: number) {
  const another = startAnother(['--broken', name, '--seeds', String(seeds)], 'pipe')
  const text = await new Response(another.stdout).text()
  const seed = /^seed (\d+):\n {2}(.+)$/m.exec(text)
  return {
    row: `| \`${name}\` | ${says} | ${seed?.[1] ?? '**not caught**'} | ${promise(seed?.[2] ?? '')} |`,
    caught: (await another.exited) === 1 && seed !== null,
  }
}

/** Without the ids, which say nothing to a reader. */
const promise = (violation: string): string =>
  violation
    .replace(/ACM-9F21-\d+-\d+(-CN\d+)?/g, 'an invoice')
    .replace(/\btopup_\w+/g, 'a top-up')
    .replace(/\b(pay|ref|cks|dp|msg)_\w+/g, '$1_…')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')
    .slice(0, 140)
