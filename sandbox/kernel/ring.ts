/** Keeps the last `limit` items. */
export class Ring<T> {
  private items: T[] = []
  private start = 0

  constructor(private readonly limit: number) {}

  push(item: T): void {
    if (this.limit <= 0) return
    if (this.items.length < this.limit) {
      this.items.push(item)
      return
    }
    this.items[this.start] = item
    this.start = (this.start + 1) % this.limit
  }

  toArray(): T[] {
    return [...this.items.slice(this.start), ...this.items.slice(0, this.start)]
  }

  clear(): void {
    this.items = []
    this.start = 0
  }
}
