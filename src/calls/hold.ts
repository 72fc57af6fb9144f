import { AsyncLocalStorage } from 'node:async_hooks'

const holder = new AsyncLocalStorage<() => boolean>()

/** Whatever `work` calls may change something at the other side only as long as `holds` says so. */
export const whileHeld = <T>(holds: () => boolean, work: () => Promise<T>): Promise<T> =>
  holder.run(holds, work)

/** Whether a call that changes something may leave now: what it is for is still held, or was never held by anybody. */
export const mayChange = (): boolean => holder.getStore()?.() ?? true
