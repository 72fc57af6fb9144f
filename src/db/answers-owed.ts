const SYNC = 0x53
const QUERY = 0x51
const READY_FOR_QUERY = 0x5a

/**
 * Knows from the bytes of one connection whether the server has something to answer. Each Sync and each simple Query
 * is answered by one ReadyForQuery (PostgreSQL documentation, Frontend/Backend Protocol, Message Flow).
 */
export class AnswersOwed {
  #greeted = false
  #owed = 0
  #waiting = false
  #type = 0
  #length = 0
  #headerBytes = 0
  #skip = 0

  /** Something was sent that has not been answered yet. */
  get waiting(): boolean {
    return this.#waiting
  }

  /** What the driver wrote: whole messages, of which the first has no type. */
  sent(bytes: Buffer): void {
    this.#waiting = true
    if (!this.#greeted) {
      this.#greeted = true
      this.#owed = 1
      return
    }
    for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1))
      if (bytes[at] === SYNC || bytes[at] === QUERY) this.#owed++
  }

  /** What arrived: messages cut anywhere. */
  heard(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at)
        this.#skip -= skipped
        at += skipped
        continue
      }
      const byte = bytes[at++] ?? 0
      if (this.#headerBytes === 0) this.#type = byte
      else this.#length = this.#length * 256 + byte
      if (++this.#headerBytes < 5) continue
      if (this.#type === READY_FOR_QUERY) this.#owed--
      this.#skip = this.#length - 4
      this.#headerBytes = 0
      this.#length = 0
    }
    this.#waiting = this.#owed > 0
  }
}
