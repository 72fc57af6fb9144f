import { fileURLToPath } from 'node:url'
import { type Books, readBooks } from './books.ts'
import type { World } from './world.ts'

/** Looks at the books of all three sides, and tells in words what is wrong with them. */
export type Check = (books: Books) => string[]

let checks: Promise<{ name: string; check: Check }[]> | null = null

async function load(): Promise<{ name: string; check: Check }[]> {
  const folder = fileURLToPath(new URL('oracle/', import.meta.url))
  const files = [...new Bun.Glob('*.ts').scanSync(folder)].sort()
  return Promise.all(
    files.map(async file => ({
      name: file.replace('.ts', ''),
      check: ((await import(`${folder}${file}`)) as { check: Check }).check,
    })),
  )
}

/** Every file in `oracle/` is a promise; each joins by being there. */
export async function checkAll(world: World): Promise<string[]> {
  checks ??= load()
  const books = await readBooks(world)
  return (await checks).flatMap(({ name, check }) => check(books).map(wrong => `${name}: ${wrong}`))
}
