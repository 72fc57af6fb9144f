import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Starts the simulation once more, in a process of its own, that ends when this one is told to end. */
export function startAnother<Out extends 'inherit' | 'pipe'>(args: readonly string[], stdout: Out) {
  const another = Bun.spawn([process.execPath, MAIN, ...args], { stdout, stderr: 'inherit' })
  const end = (signal: NodeJS.Signals) => {
    another.kill(signal)
    setImmediate(() => process.exit(1))
  }
  for (const signal of SIGNALS) process.on(signal, end)
  void another.exited.then(() => {
    for (const signal of SIGNALS) process.off(signal, end)
  })
  return another
}
