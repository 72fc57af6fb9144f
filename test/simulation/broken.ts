import { fileURLToPath } from 'node:url'
import { plugin } from 'bun'
import type { Mutation } from './mutations.ts'

/**
 * Loads the service with a fault in it: the sources stay as they are, and are changed on their way into memory. To be
 * called before anything of the service is loaded. A change that does not fit the sources any more ends the process.
 */
export function breakService({ name, changes }: Mutation): void {
  const sources = fileURLToPath(new URL('../../src/', import.meta.url))
  const byFile = Map.groupBy(changes, change => `${sources}${change.file}`)
  plugin({
    name: `broken: ${name}`,
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
        let contents = await Bun.file(path).text()
        for (const { find, replace } of byFile.get(path) ?? []) {
          if (!contents.includes(find)) {
            console.error(`${name}: ${path} holds no such thing any more:\n${find}`)
            process.exit(2)
          }
          contents = contents.replaceAll(find, replace)
        }
        return { contents, loader: 'ts' }
      })
    },
  })
}
