import { readFileSync } from 'node:fs'
import type { Pair } from '../../sandbox/pair.ts'
import { eventually } from '../support/world.ts'

export type Program = {
  /** From the start of the process until it said that it is ready, in milliseconds. */
  readyMs: number
  log(): Promise<string>
  /** The user it runs as, by number. */
  uid(): string | undefined
  /** Ends it as container runtimes do; gives its exit code. */
  terminate(): Promise<number>
}

type Start = { command: string[]; env: Record<string, string>; cwd: string; url: string }

/** Starts a shipped program with nothing but these variables, and waits until it is ready. */
export async function startProgram({ command, env, cwd, url }: Start): Promise<Program> {
  const began = performance.now()
  const child = Bun.spawn(command, { cwd, env, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' })
  const output = new Response(child.stdout).text()
  const end = async () => {
    child.kill('SIGTERM')
    return child.exited
  }
  try {
    await eventually(
      () => (child.exitCode === null ? isReady(url) : Promise.reject(new Error('it ended'))),
      Boolean,
      20_000,
    )
  } catch (error) {
    await end()
    throw new Error(`the program did not start: ${await output}`, { cause: error })
  }
  const readyMs = performance.now() - began
  const uid = () => /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
  return { readyMs, log: () => output, uid, terminate: end }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

type Invoice = { total_due_amount_cents?: number; total_paid_amount_cents?: number } & Record<string, unknown>

/** What people do in Lago: in this process or, over HTTP, in another. */
export type LagoDesk = {
  createInvoice(input: object): Promise<Invoice & { lago_id: string }>
  getInvoice(input: { invoice_id: string }): Promise<Invoice>
}

export const deskOf = ({ lago: { control } }: Pair): LagoDesk => ({
  createInvoice: async input => ({ ...control.createInvoice(input) }),
  getInvoice: async input => ({ ...control.getInvoice(input) }),
})

/** The whole way of an invoice, done as people do it: made in Lago, its link followed, paid on the page, paid in Lago. */
export async function invoiceIsPaid(lago: LagoDesk): Promise<{ due: number; paid: number }> {
  const { lago_id: invoice_id, total_due_amount_cents: due = 0 } = await lago.createInvoice({
    fees: [1000, 500],
    taxes: [20],
  })
  const link = await eventually(
    async () => linkIn(await lago.getInvoice({ invoice_id })),
    found => found !== undefined,
  )
  const answer = await fetch(link ?? '', { redirect: 'manual' })
  await fetch(answer.headers.get('location') ?? '', {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ action: 'pay' }),
  })
  const { total_paid_amount_cents: paid = 0 } = await eventually(
    () => lago.getInvoice({ invoice_id }),
    seen => seen['payment_status'] === 'succeeded',
  )
  return { due, paid }
}

function linkIn(invoice: Invoice): string | undefined {
  const metadata = invoice['metadata']
  const entries = Array.isArray(metadata) ? (metadata as { key?: string; value?: string }[]) : []
  return entries.find(({ key }) => key === 'dodo_payment_url')?.value
}

/** Free when it was asked for. */
export function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  return port
}
