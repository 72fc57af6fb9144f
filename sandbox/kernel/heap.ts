/** A binary min-heap: the jobs of a clock, earliest first; equal times keep the order in which they came. */
export interface Timed {
  readonly at: number
  readonly order: number
}

const before = (a: Timed, b: Timed) => a.at < b.at || (a.at === b.at && a.order < b.order)

export class Heap<T extends Timed> {
  private readonly items: T[] = []

  get size(): number {
    return this.items.length
  }

  peek(): T | undefined {
    return this.items[0]
  }

  push(item: T): void {
    const items = this.items
    let index = items.push(item) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = items[parent]
      if (above === undefined || before(above, item)) break
      items[index] = above
      index = parent
    }
    items[index] = item
  }

  pop(): T | undefined {
    const items = this.items
    const top = items[0]
    const last = items.pop()
    if (top === undefined || last === undefined || items.length === 0) return top
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let candidate = items[child]
      if (candidate === undefined) break
      const right = items[child + 1]
      if (right !== undefined && before(right, candidate)) {
        child += 1
        candidate = right
      }
      if (!before(candidate, last)) break
      items[index] = candidate
      index = child
    }
    items[index] = last
    return top
  }
}
