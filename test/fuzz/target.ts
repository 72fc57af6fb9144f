import { readdir } from 'node:fs/promises'
import type { Arbitrary } from 'fast-check'
import type { Answer } from './answer.ts'
import type { Material } from './material.ts'
import type { Shot } from './shot.ts'

/** One door under fire. A new one joins by a file in `targets/` that exports a target as its default. */
export type Target = {
  name: string
  /** Requests that nobody with a key has made: none may have an effect. */
  strangers(material: Material): Arbitrary<Shot>
  /** Requests by somebody who may make them, with whatever in them; null if the door knows no such thing. */
  friends(material: Material): Arbitrary<Shot> | null
  /** What is wrong with an answer, beyond what is wrong at every door; null if nothing. */
  judge(shot: Shot, answer: Answer & { kind: 'answer' }): string | null
}

const TARGETS = new URL('./targets/', import.meta.url)

export async function allTargets(): Promise<Target[]> {
  const files = (await readdir(TARGETS)).filter(file => file.endsWith('.ts')).sort()
  const modules = await Promise.all(
    files.map(file => import(new URL(file, TARGETS).href) as Promise<{ default: Target }>),
  )
  return modules.map(module => module.default)
}
