import assert from 'node:assert/strict'
import { invoiceIsPaid, type LagoDesk } from './program.ts'

/**
 * Carries an invoice to paid through a bridge and a sandbox that run already, such as those of
 * `docker compose --env-file deploy/dev.env --profile dev up --build --detach --wait`:
 *   bun test/shipping/compose.ts [http://localhost:4001]
 */
const [lago = 'http://localhost:4001'] = process.argv.slice(2)

async function sandbox<T>(name: keyof LagoDesk, input: object): Promise<T> {
  const answer = await fetch(`${lago}/_sandbox/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  assert.ok(answer.ok, `${answer.status} ${await answer.clone().text()}`)
  return (await answer.json()) as T
}

const { due, paid } = await invoiceIsPaid({
  createInvoice: input => sandbox('createInvoice', input),
  getInvoice: input => sandbox('getInvoice', input),
})
assert.equal(paid, due)
console.log(`an invoice of ${due} cents ended paid, ${paid} cents in Lago`)
