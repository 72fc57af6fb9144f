import { asCallError, CallError, isRefusal, type System } from './call-error.ts'

/**
 * Makes a call of a client library and reads its answer. An answer of another shape than documented leaves the outcome
 * unknown: the call itself was accepted. Throws CallError.
 */
export const understoodFrom =
  (system: System) =>
  async <T>(call: string, run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      const message = `an answer of another shape: ${String(error).slice(0, 300)}`
      throw asCallError(error) ?? new CallError('unknown', system, call, 200, null, message)
    }
  }

/** Null for what the other side does not know. */
export async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if (isRefusal(error, 404)) return null
    throw error
  }
}
