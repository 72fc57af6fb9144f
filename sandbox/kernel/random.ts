export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number, both ends included. */
  int(min: number, max: number): number
  pick<T>(items: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
  /** RFC 9562 version 4 in form; reproducible, so never a secret. */
  uuid(): string
  /** `prefix` and 22 letters and digits. */
  id(prefix: string): string
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A seeded source of randomness (sfc32): the same seed gives the same ids and the same choices. */
export function seededRandom(seed: number | string = 1): Random {
  const step = sfc32(seed)
  const next = () => step() / 2 ** 32
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const hex = (length: number) => Array.from({ length }, () => int(0, 15).toString(16)).join('')
  const shuffle = <T>(items: readonly T[]): T[] => {
    const rest = [...items]
    const result: T[] = []
    while (rest.length > 0) result.push(...rest.splice(int(0, rest.length - 1), 1))
    return result
  }
  return {
    next,
    int,
    shuffle,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[int(0, items.length - 1)] as T
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[int(0, 3)]}${hex(3)}-${hex(12)}`,
    id(prefix) {
      let id = prefix
      for (let left = 22; left > 0; left--) id += ALPHABET[int(0, ALPHABET.length - 1)]
      return id
    },
  }
}

function sfc32(seed: number | string): () => number {
  const text = String(seed)
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = 0xb7e15162
  let counter = 1
  for (let index = 0; index < text.length; index++) a = Math.imul(a ^ text.charCodeAt(index), 0x85ebca6b)
  const step = () => {
    const sum = (((a + b) | 0) + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 15; round++) step()
  return step
}
