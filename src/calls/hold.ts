import { AsyncLocalStorage } from 'node:async_hooks'

const holder = new AsyncLocalStorage<() => boolean>()
const leaving = new AsyncLocalStorage<() => Promise<boolean>>()

/** A call that leaves later than this after it was written down has to be written down anew, in milliseconds. */
const PROMPT_MS = 400

/** Whatever `work` calls may change something at the other side only as long as `holds` says so. */
export const whileHeld = <T>(holds: () => boolean, work: () => Promise<T>): Promise<T> =>
  holder.run(holds, work)

/** Whatever `work` calls may change something only after `ask` was told that it leaves now, and agreed. */
export const whenLeaving = <T>(ask: () => Promise<boolean>, work: () => Promise<T>): Promise<T> =>
  leaving.run(ask, work)

/** Whether a call that was written down `since` may leave at `at`: promptly, or once `writeAnew` has agreed to that time. */
export const asWritten = async (since: Date, at: Date, writeAnew: () => Promise<boolean>): Promise<boolean> =>
  at.getTime() - since.getTime() < PROMPT_MS || writeAnew()

/** Whether a call that changes something may leave now: what it is for is still held, or was never held by anybody. */
export const mayChange = (): boolean => holder.getStore()?.() ?? true

/** The same, once whoever wrote the call down was told that it leaves. */
export async function mayLeave(): Promise<boolean> {
  if (!mayChange()) return false
  const agreed = (await leaving.getStore()?.()) ?? true
  return agreed && mayChange()
}
