import { fileURLToPath } from 'node:url'
import { MUTATIONS } from './mutations.ts'

/** Runs every mutation in a process of its own and prints a table. Returns whether each was caught. */
export async function tryAll(seeds: number): Promise<boolean> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  console.log('| Variant | What it does | Caught by seed | What was said |\n|---|---|---|---|')
  let caught = true
  for (const { name, says } of MUTATIONS) {
    const child = Bun.spawn([process.execPath, main, '--broken', name, '--seeds', String(seeds)], {
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const text = await new Response(child.stdout).text()
    const seed = /^seed (\d+):\n {2}(.+)$/m.exec(text)
    if ((await child.exited) !== 1 || !seed) caught = false
    console.log(`| \`${name}\` | ${says} | ${seed?.[1] ?? '**not caught**'} | ${promise(seed?.[2] ?? '')} |`)
  }
  return caught
}

/** Without the ids, which say nothing to a reader. */
const promise = (violation: string): string =>
  violation
    .replace(/ACM-9F21-\d+-\d+(-CN\d+)?/g, 'an invoice')
    .replace(/\btopup_\w+/g, 'a top-up')
    .replace(/\b(pay|ref|cks|dp|msg)_\w+/g, '$1_…')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')
    .slice(0, 140)
