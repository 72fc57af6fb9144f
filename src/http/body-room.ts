/**
 * How many bytes of large bodies may be in memory at once, whoever sends them: a body has to be whole before its
 * signature can be checked, so what strangers send counts too.
 */
export class BodyRoom {
  #taken = 0

  constructor(private readonly bytes: number) {}

  get taken(): number {
    return this.#taken
  }

  /** Takes room for so many more bytes; false if there is none. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.bytes) return false
    this.#taken += bytes
    return true
  }

  release(bytes: number): void {
    this.#taken -= bytes
  }
}

/** Memory belongs to the process, and so does this. */
export const processRoom = new BodyRoom(64 * 1024 * 1024)
