const ESC = '\u001b['
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 80
/** Without a terminal nothing can turn, so a long wait is told in words. */
const WORDS_AFTER_MS = 3_000

export type Paint = (text: string) => string
export type Palette = Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', Paint>

type Output = { write(text: string): unknown; isTTY?: boolean | undefined }

/** Lines that stay, and below them one line that turns while something is waited for. */
export class Screen {
  readonly paint: Palette
  #turning: { text: string; since: number; timer: ReturnType<typeof setInterval> } | null = null

  constructor(
    private readonly out: Output = process.stdout,
    env: Record<string, string | undefined> = process.env,
  ) {
    const colour = out.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
    const wrap =
      (code: number): Paint =>
      text =>
        colour ? `${ESC}${code}m${text}${ESC}0m` : text
    this.paint = {
      bold: wrap(1),
      dim: wrap(2),
      red: wrap(31),
      green: wrap(32),
      yellow: wrap(33),
      cyan: wrap(36),
    }
  }

  line(text = ''): void {
    this.#clear()
    this.out.write(`${text}\n`)
    this.#draw()
  }

  /** Shows what is waited for until `work` ends. */
  async during<T>(text: string, work: Promise<T>): Promise<T> {
    const since = Date.now()
    const timer = this.out.isTTY
      ? setInterval(() => this.#draw(), FRAME_MS)
      : setInterval(() => this.out.write(`     … ${text}\n`), WORDS_AFTER_MS)
    this.#turning = { text, since, timer }
    this.#draw()
    try {
      return await work
    } finally {
      clearInterval(timer)
      this.#clear()
      this.#turning = null
    }
  }

  #draw(): void {
    if (!this.#turning || !this.out.isTTY) return
    const elapsed = Date.now() - this.#turning.since
    const frame = FRAMES[Math.floor(elapsed / FRAME_MS) % FRAMES.length] ?? ''
    const text = `${frame} ${this.#turning.text} ${(elapsed / 1000).toFixed(1)} s`
    this.out.write(`\r${ESC}2K     ${this.paint.dim(text)}`)
  }

  #clear(): void {
    if (this.#turning && this.out.isTTY) this.out.write(`\r${ESC}2K`)
  }
}
