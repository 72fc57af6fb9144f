const WATCHED = ['importKey', 'sign', 'verify', 'digest'] as const

let working = 0

/**
 * Counts what cryptography does on threads of its own, until the returned function is called. How long that takes is
 * chance, so the clock waits for it.
 */
export function watchOtherThreads(): () => void {
  const { subtle } = crypto
  const owned = WATCHED.map(name => [name, Object.getOwnPropertyDescriptor(subtle, name)] as const)
  for (const name of WATCHED) {
    const real = subtle[name].bind(subtle) as (...args: unknown[]) => Promise<unknown>
    const value = (...args: unknown[]) => {
      working++
      return real(...args).finally(() => working--)
    }
    Object.defineProperty(subtle, name, { value, configurable: true, writable: true })
  }
  return () => {
    for (const [name, before] of owned) {
      if (before) Object.defineProperty(subtle, name, before)
      else Reflect.deleteProperty(subtle, name)
    }
  }
}

/** Whether any of it is under way. */
export const otherThreadsWork = (): boolean => working > 0
