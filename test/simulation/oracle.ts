import { fileURLToPath } from 'node:url'
import { type Books, readBooks } from './books.ts'
import type { World } from './world.ts'

/** Looks at the books of all three sides, and tells in words what is wrong with them. */
export type Check = (books: Books) => string[]

type Promised = { name: string; check: Check; beforeSweep: boolean }

let promised: Promise<Promised[]> | null = null

async function load(): Promise<Promised[]> {
  const folder = fileURLToPath(new URL('oracle/', import.meta.url))
  const files = [...new Bun.Glob('*.ts').scanSync(folder)].sort()
  return Promise.all(
    files.map(async file => {
      const { check, beforeSweep = false } = (await import(`${folder}${file}`)) as Partial<Promised>
      if (!check) throw new Error(`oracle/${file} exports no check`)
      return { name: file.replace('.ts', ''), check, beforeSweep }
    }),
  )
}

/**
 * Every file in `oracle/` is a promise; each joins by being there. Those that export `beforeSweep` hold without a sweep
 * too, where no webhook was lost.
 */
export async function checkAll(world: World, when: 'before the sweep' | 'in the end'): Promise<string[]> {
  promised ??= load()
  const early = when === 'before the sweep'
  const wanted = (await promised).filter(({ beforeSweep }) => beforeSweep || !early)
  const books = await readBooks(world)
  return wanted.flatMap(({ name, check }) =>
    check(books).map(wrong => `${name}${early ? ', before the sweep' : ''}: ${wrong}`),
  )
}
