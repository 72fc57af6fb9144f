import { fileURLToPath } from 'node:url'
import type { Actor } from './scene.ts'

/** Everybody who acts in the simulation: each file in `actors/` is one of them, and joins by being there. */
export async function loadActors(): Promise<Actor[]> {
  const folder = fileURLToPath(new URL('actors/', import.meta.url))
  const files = [...new Bun.Glob('*.ts').scanSync(folder)].sort()
  return Promise.all(files.map(async file => ((await import(`${folder}${file}`)) as { actor: Actor }).actor))
}
