/** What the machine's own clock says while a world is simulated; nothing in the service may depend on it. */
type MachineClock = () => number

/**
 * Replaces what a bare `new Date()`, `Date.now()` and `Math.random()` give until the returned function is called. Wrong
 * by minutes, and otherwise the same in every run of a seed.
 */
export function skewMachine(clock: MachineClock, random: () => number): () => void {
  const { Date: RealDate } = globalThis
  const realRandom = Math.random
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock()] : args, newTarget),
    get: (target, key) => (key === 'now' ? clock : Reflect.get(target, key)),
  })
  Math.random = random
  return () => {
    globalThis.Date = RealDate
    Math.random = realRandom
  }
}
