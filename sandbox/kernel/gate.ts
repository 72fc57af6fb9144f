/** Lets at most `limit` tasks run at a time, the rest in the order they came. */
export class Gate {
  private running = 0
  private readonly queue: (() => void)[] = []

  constructor(private readonly limit: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running >= this.limit) await new Promise<void>(resolve => this.queue.push(resolve))
    this.running += 1
    try {
      return await task()
    } finally {
      this.running -= 1
      this.queue.shift()?.()
    }
  }
}
