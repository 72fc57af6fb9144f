import type { Logger } from 'pino'
import { CallError } from '../calls/call-error.ts'
import { asWritten, whenLeaving } from '../calls/hold.ts'
import type { Facts, FactsPatch } from '../core/facts.ts'
import { findIntent, type IntentFact, type IntentState } from '../core/intent.ts'
import { joinPatches, mergeFacts, withIntent } from '../core/merge.ts'
import { type Plan, plan } from '../core/plan/index.ts'
import type { EffectStep, Step } from '../core/steps.ts'
import type { Sql } from '../db/connection.ts'
import { isDataFault } from '../db/data-fault.ts'
import type { Claim } from '../db/queries/claim-due.ts'
import { failRun } from '../db/queries/finish-run.ts'
import { LeaseLost } from '../db/queries/intents.ts'
import type { Known } from '../db/queries/load-facts.ts'
import { moveIntent } from '../db/queries/move-intent.ts'
import { wake } from '../db/queries/wake.ts'
import { requestOf, runEffect, settledAt, verifyIntent } from '../steps/index.ts'
import { readCreditNotes, readInvoice, readPayment, readSession, readTopup } from '../steps/read.ts'
import { findRecord } from '../steps/record-payment.ts'
import type { Outcome, StepContext } from '../steps/types.ts'
import { backoff, type Patience } from './backoff.ts'
import { takeUp } from './heard.ts'
import type { RunWrites } from './run-writes.ts'

export type RunContext = StepContext & {
  sql: Sql
  writes: RunWrites
  log: Logger
  patience: Patience
  /** Told of every end of a run; `plan` is null if it failed. Called before the end is stored, and may be called again. */
  atEnd?(claim: Claim, known: Known, facts: Facts, plan: Plan | null): Promise<void>
  /** Somebody listens to outgoing notices. */
  notify: boolean
}

/** More rounds than any story needs; a plan that never comes to rest is a fault of ours, and must not spin. */
const MOST_ROUNDS = 30

/** A step cannot go on now and should be tried again at that time. */
class NotYet extends Error {
  constructor(
    readonly at: Date,
    why: string,
  ) {
    super(why)
  }
}

/** Runs the loop on one payable until nothing is left to do: facts, plan, steps, and the facts again. */
export async function runPayable(claim: Claim, known: Known, context: RunContext): Promise<void> {
  const run = new Run(claim, known, context)
  try {
    await run.toRest()
  } catch (error) {
    if (error instanceof LeaseLost) return context.log.warn({ payable: claim.key }, error.message)
    await run.fail(error)
  }
}

class Run {
  #facts: Facts
  /** Learned, and not stored yet. */
  #unsaved: FactsPatch
  readonly #heard: readonly number[]
  readonly #retryRequestedAt: Date | null

  constructor(
    private readonly claim: Claim,
    private readonly known: Known,
    private readonly context: RunContext,
  ) {
    const taken = takeUp(known)
    this.#facts = taken.facts
    this.#unsaved = taken.patch
    this.#heard = taken.heard
    this.#retryRequestedAt = taken.retryRequestedAt
  }

  async toRest(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const next = plan(this.#facts, this.context.policy, this.context.now())
      if (next.steps.length === 0) return this.#finish(next)
      for (const step of next.steps) await this.#take(step)
    }
    throw new Error(`the plan did not come to rest in ${MOST_ROUNDS} rounds`)
  }

  async #take(step: Step): Promise<void> {
    switch (step.verb) {
      case 'read-invoice':
        return this.#learn(await readInvoice(this.#facts, this.context))
      case 'read-session':
        return this.#learn(await readSession(step.sessionId, this.#facts, this.context))
      case 'read-payment':
        return this.#learn(await readPayment(step.paymentId, this.context))
      case 'read-credit-notes':
        return this.#learn(await readCreditNotes(this.#facts, this.context))
      case 'read-topup':
        return this.#learn(await readTopup(this.#facts, this.context))
      case 'find-record': {
        const found = await findRecord(step.paymentId, this.#facts, this.context)
        return found
          ? this.#end({ verb: 'record-payment', key: step.paymentId }, found)
          : this.#learn({ missingAt: this.context.now() })
      }
      case 'verify':
        return this.#verify(step.intent)
      default:
        return this.#effect(step)
    }
  }

  #learn(patch: FactsPatch): void {
    this.#facts = mergeFacts(this.#facts, patch)
    this.#unsaved = joinPatches(this.#unsaved, patch)
  }

  async #verify(intent: IntentFact): Promise<void> {
    const { outcome, proven } = await verifyIntent(intent, this.#facts, this.context)
    if (!proven) throw new NotYet(settledAt(intent), `${intent.verb} may still take effect`)
    return this.#end(intent, outcome)
  }

  async #effect(step: EffectStep): Promise<void> {
    const { writes, log, now } = this.context
    const startedAt = now()
    const request = requestOf(step)
    const { verb, key } = step
    const attempts = await writes.begin({ claim: this.claim, verb, key, request, at: startedAt })
    this.#facts = withIntent(this.#facts, {
      verb,
      key,
      state: 'started',
      attempts,
      startedAt,
      request,
      result: {},
    })
    try {
      const outcome = await whenLeaving(
        () => this.#leaves(step),
        () => runEffect(step, this.#facts, this.context),
      )
      await this.#end(step, outcome)
      log.info(
        { payable: this.claim.key, step: step.verb, key: step.key, outcome: outcome.kind },
        'step taken',
      )
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      log.warn({ payable: this.claim.key, step: step.verb, err: error }, 'step failed')
      if (error.failure === 'unknown') throw error
      const refused = error.failure === 'refused'
      const result = { code: error.code ?? '', message: error.message }
      await this.#close(step, refused ? 'refused' : 'absent', refused ? result : { code: 'not-sent' }, {})
      if (!refused) throw error
    }
  }

  /** A call that had to wait for its place leaves long after it was written down; what may land late counts from now. */
  async #leaves({ verb, key }: EffectStep): Promise<boolean> {
    const { sql, now } = this.context
    const at = now()
    const begun = findIntent(this.#facts.intents, verb, key)
    if (!begun) return true
    return asWritten(begun.startedAt, at, async () => {
      if (!(await moveIntent(sql, this.claim, { verb, key }, at))) return false
      this.#facts = withIntent(this.#facts, { ...begun, startedAt: at })
      return true
    })
  }

  #end(intent: Pick<IntentFact, 'verb' | 'key'>, outcome: Outcome): Promise<void> {
    return this.#close(intent, outcome.kind, outcome.result, outcome.patch)
  }

  async #close(
    intent: Pick<IntentFact, 'verb' | 'key'>,
    state: IntentState,
    result: IntentFact['result'],
    patch: FactsPatch,
  ) {
    this.#learn(patch)
    const { writes, now } = this.context
    const { verb, key } = intent
    const learned = this.#mergedPatch()
    const before = findIntent(this.#facts.intents, verb, key)
    const attempts = before?.attempts ?? 1
    await writes.end({
      ...{ payable: this.claim.key, verb, key, attempts, state, result, patch: learned, at: now() },
    })
    this.#unsaved = {}
    const blank = { startedAt: now(), request: {} }
    this.#facts = withIntent(this.#facts, {
      ...blank,
      ...before,
      verb,
      key,
      attempts,
      state,
      result,
    })
  }

  /** What has to be stored, as it stands after merging: the latest word may not be the last one heard. */
  #mergedPatch(): FactsPatch {
    const {
      invoice,
      topup,
      missingAt,
      sessions,
      payments,
      refunds,
      disputes,
      creditNotes,
      creditNotesReadAt,
    } = this.#unsaved
    const merged = <T extends { id: string }>(all: readonly T[], touched: readonly T[] | undefined) =>
      all.filter(item => touched?.some(t => t.id === item.id))
    return {
      ...(invoice && this.#facts.invoice ? { invoice: this.#facts.invoice } : {}),
      ...(topup && this.#facts.topup ? { topup: this.#facts.topup } : {}),
      ...(missingAt ? { missingAt } : {}),
      sessions: merged(this.#facts.sessions, sessions),
      payments: merged(this.#facts.payments, payments),
      refunds: merged(this.#facts.refunds, refunds),
      disputes: merged(this.#facts.disputes, disputes),
      creditNotes: merged(this.#facts.creditNotes, creditNotes),
      ...(creditNotesReadAt ? { creditNotesReadAt } : {}),
    }
  }

  async #finish(outcome: Plan): Promise<void> {
    const { writes, log, now, notify } = this.context
    const notices = outcome.notices.filter(n => !this.known.noticed.has(`${n.kind}:${n.key}`))
    const patch = this.#mergedPatch()
    await this.context.atEnd?.(this.claim, this.known, this.#facts, outcome)
    const held = await writes.finish({
      claim: this.claim,
      plan: { ...outcome, notices },
      patch,
      heard: this.#heard,
      notify,
      retryRequestedAt: this.#retryRequestedAt,
      at: now(),
    })
    if (!held) await this.#handOver()
    for (const { reason, about, detail } of outcome.attention)
      log.warn({ payable: this.claim.key, reason, about, detail }, 'parked: a person has to look')
  }

  /** What was learned is stored all the same; but whoever held the payable meanwhile has not seen it. */
  async #handOver(): Promise<void> {
    const { sql, log, now } = this.context
    log.warn({ payable: this.claim.key }, 'the lease was lost before the run could be stored')
    await wake(sql, [this.claim.key], now())
  }

  async fail(error: unknown): Promise<void> {
    const { sql, log, now, patience } = this.context
    const attempts = this.claim.attempts + 1
    const spent = !(error instanceof NotYet) && attempts >= patience.maxAttempts
    const message = error instanceof Error ? error.message : String(error)
    const asked = error instanceof CallError && error.retryAfterMs !== null ? error.retryAfterMs : 0
    const retryAt =
      error instanceof NotYet
        ? error.at
        : new Date(now().getTime() + Math.max(asked, backoff(attempts, patience)))
    log.error(
      { payable: this.claim.key, attempts, err: error },
      spent ? 'failed too often: parked' : 'run failed',
    )
    await this.context.atEnd?.(this.claim, this.known, this.#facts, null)
    const failure = {
      patch: this.#mergedPatch(),
      error: message,
      retryAt: spent ? null : retryAt,
      attention: spent ? [{ reason: 'stuck' as const, about: this.claim.key, detail: message }] : null,
      retryRequestedAt: this.#retryRequestedAt,
    }
    const held = await failRun(sql, this.claim, failure, now()).catch(fault => {
      if (!isDataFault(fault)) throw fault
      // What was learned is what cannot be kept: the failure is, or it would come round at every lease for ever.
      return failRun(sql, this.claim, { ...failure, patch: {} }, now())
    })
    if (!held) await this.#handOver()
  }
}
