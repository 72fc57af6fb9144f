import { endTurn, keepTurn, takeTurn } from '../db/queries/sweep-turn.ts'
import { atMost } from '../time.ts'
import { firstStart } from './cursor.ts'
import { type SweepContext, sweep } from './sweep.ts'

type SweeperOptions = SweepContext & {
  /** Names this process among the replicas. */
  holder: string
  everyMs: number
  /** Something was woken. */
  kick(): void
}

/** A replica that died in its turn holds the others up for this long. */
const LEASE_MS = 60_000
/** How often it is asked whether a turn is due. */
const ASK_MS = 5_000

/** Sweeps once in a period, whichever replica comes first. A period that was missed is made up for at the start. */
export class Sweeper {
  #timer: Timer | null = null
  #sweeping: Promise<void> | null = null
  #stopped = false

  constructor(private readonly options: SweeperOptions) {}

  async start(): Promise<void> {
    await firstStart(this.options.sql, this.options.now())
    this.#timer = setInterval(() => this.#ask(), Math.min(ASK_MS, this.options.everyMs))
    this.#ask()
  }

  /**
   * Ends a sweep under way at its next page, for which it waits at most `graceMs`; its cursors stay where they were.
   * Whoever then ends without it leaves its turn to lapse.
   */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearInterval(this.#timer)
    if (this.#sweeping) await atMost(graceMs, this.#sweeping)
  }

  #ask(): void {
    this.#sweeping ??= this.#turn()
      .catch(error => this.options.log.error({ err: error }, 'the sweep could not begin or end'))
      .finally(() => {
        this.#sweeping = null
      })
  }

  async #turn(): Promise<void> {
    const { sql, holder, everyMs, log, now, kick } = this.options
    if (!(await takeTurn(sql, { holder, everyMs, leaseMs: LEASE_MS }, now()))) return
    const goOn = async () =>
      !this.#stopped && (await keepTurn(sql, holder, new Date(now().getTime() + LEASE_MS)))
    const { found, failed } = await sweep(this.options, goOn)
    await endTurn(sql, holder, now())
    if (found.length > 0) kick()
    log.info({ differences: found.length, failed }, 'swept')
  }
}
