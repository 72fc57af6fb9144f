import { expect, test } from 'bun:test'

const MAIN = `${import.meta.dir}/../../sandbox/demo/main.ts`

async function demo(env: Record<string, string | undefined> = {}) {
  const child = Bun.spawn([process.execPath, MAIN, '--once'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { out, err, code }
}

test('the demo carries an invoice to paid and its refund to a credit note, shows the way, and exits 0', async () => {
  const { out, err, code } = await demo()
  expect({ code, err }, out).toEqual({ code: 0, err: '' })
  const steps = [
    /POST \/webhooks\/lago +200 +invoice\.created/,
    /POST \/checkouts +200/,
    /PUT +\/api\/v1\/invoices\/\S+ +200 +the pay link/,
    /payment pending · paid USD 0\.00 · due USD 52\.80/,
    /GET +\/pay\/\S+ +302/,
    /POST \/webhooks\/dodo +200 +payment\.failed/,
    /POST \/webhooks\/dodo +200 +payment\.succeeded/,
    /POST \/api\/v1\/payments +200/,
    /payment succeeded · paid USD 52\.80 · due USD 0\.00/,
    /payable paid/,
    /POST \/webhooks\/dodo +200 +refund\.succeeded/,
    /POST \/api\/v1\/credit_notes +200/,
    /credit note USD 10\.00 refund succeeded/,
    /✓ Invoice ACM-\S+ is paid/,
    /Checkouts opened +1$/m,
    /Payments recorded +1$/m,
    /Credit notes issued +1$/m,
  ]
  let from = 0
  for (const step of steps) {
    const found = out.slice(from).search(step)
    expect(
      found,
      `${step} after ${JSON.stringify(out.slice(Math.max(0, from - 80), from))}\n${out}`,
    ).not.toBe(-1)
    from += found + 1
  }
}, 60_000)

test('the demo says what went wrong and exits 1 where nothing can be started', async () => {
  const { out, code } = await demo({ TMPDIR: '/nowhere' })
  expect(code).toBe(1)
  expect(out).toContain('✗')
}, 60_000)

test('the demo writes no escape codes into a file or a pipe', async () => {
  const { out } = await demo({ TMPDIR: '/nowhere', FORCE_COLOR: '1' })
  expect(out).toContain('lago-dodo-bridge')
  expect(out).not.toContain('\u001b')
}, 60_000)
