/** A command of the documents that is run against the sandbox: what it has to say, with variables of its own. */
export type Trial = { command: string; says: RegExp; with?: Readonly<Record<string, string>> }

const ask = (path: string, who: string, body: string) =>
  `curl "$PUBLIC_URL${path}" -H "Authorization: Bearer $${who}" -H 'Content-Type: application/json' -d '${body}'`

/** Run against one bridge that has an open invoice ACM-1-001 with a declined and a stray payment, in this order. */
export const ON_A_BRIDGE: readonly Trial[] = [
  {
    command: `curl https://test.dodopayments.com/products -H "Authorization: Bearer $DODO_API_KEY" -H 'Content-Type: application/json' -d '{
"name": "Invoices in USD", "tax_category": "saas",
"price": { "type": "one_time_price", "currency": "USD", "price": 50, "pay_what_you_want": true,
"tax_inclusive": true, "discount": 0, "purchasing_power_parity": false } }'`,
    says: /"product_id":"pdt_/,
  },
  {
    command: `curl "$LAGO_API_URL/api/v1/webhook_endpoints" -H "Authorization: Bearer $LAGO_API_KEY" -H 'Content-Type: application/json' -d '{
"webhook_endpoint": { "webhook_url": "'"$PUBLIC_URL"'/webhooks/lago", "signature_algo": "hmac" } }'`,
    says: /"signature_algo":"hmac"/,
    // The sandbox tells the bridge already, and Lago takes no address twice.
    with: { PUBLIC_URL: 'http://127.0.0.1:9' },
  },
  { command: 'bun run doctor', says: /Nothing is wrong\./ },
  { command: 'bun run payables list --parked', says: /ACM-\S+ .*session_mismatch/ },
  { command: 'bun run payables show ACM-1-001', says: /WAITS FOR A PERSON: session_mismatch/ },
  { command: 'bun run reconcile --dry-run', says: /Nothing differs\./ },
  { command: 'bun run reconcile --since 2d --dry-run', says: /Nothing differs\./ },
  { command: 'bun run reconcile --since 30d --dry-run', says: /Nothing differs\./ },
  { command: 'bun run reconcile --since 2d', says: /Nothing differs\./ },
  { command: 'bun run reconcile --since 30d', says: /Nothing differs\./ },
  { command: 'bun run payables retry --parked', says: /1 will be tried again at once\./ },
  { command: 'bun run payables retry ACM-1-001', says: /1 will be tried again at once\./ },
  { command: 'bun run payables resolve ACM-1-001 session_mismatch pay_1', says: /is settled\./ },
  { command: 'curl "$PUBLIC_URL/v1/payment/methods"', says: /"enabled":true/ },
  { command: ask('/v1/tokens', 'ADMIN_TOKEN', '{"user_id":"user_1","ttl":"1h"}'), says: /"user_token":"ey/ },
  {
    command: ask('/v1/balance/topups/create', 'USER_TOKEN', '{"credits":25000000}'),
    says: /"usd_cents":2500,"status":"pending"/,
  },
  {
    command: ask(
      '/v1/payment/checkout/create',
      'USER_TOKEN',
      `{"method_id":"dodo","topup_id":"'"$TOPUP_ID"'"}`,
    ),
    says: /"checkout_url":"http/,
  },
  { command: 'curl "$PUBLIC_URL/v1/balance/me" -H "Authorization: Bearer $USER_TOKEN"', says: /"credits":0/ },
]

/** Run against the sandbox alone. */
export const ON_THE_SANDBOX: readonly Trial[] = [
  {
    command: `curl localhost:4001/_sandbox/createInvoice -H 'content-type: application/json' -d '{"fees":[4900],"taxes":[20],"coupons":[500]}'`,
    says: /"total_due_amount_cents":5280/,
  },
  {
    command: `curl localhost:4002/_sandbox/faults -H 'content-type: application/json' -d '{"method":"POST","path":"/checkouts","fault":{"kind":"lost-answer"},"times":1}'`,
    says: /^[[{]/,
  },
  {
    command: `curl localhost:4002/_sandbox/deliveries -H 'content-type: application/json' -d '{"duplicate":3,"shuffleMs":2000}'`,
    says: /^[[{]/,
  },
  { command: 'curl localhost:4002/_sandbox/calls', says: /"byRoute":/ },
]

const SQL = 'test/docs/operations.test.ts'

/** Run by other tests and scripts, or by a test that starts and ends them. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'npx -y bun@1.4.5 run demo': 'test/demo/once.test.ts',
  'npx -y bun@1.4.5 run test': '.ci/run',
  'bun install && bun run start': 'test/docs/commands.test.ts',
  'bun install && bun run sandbox': 'test/docs/commands.test.ts',
  'bun run sandbox': 'test/docs/commands.test.ts',
  'bun --env-file=sandbox/bridge.env run dev': 'test/docs/commands.test.ts',
  'bun run sbom': 'test/shipping/sbom.test.ts',
  "create role bridge_2 login password 'the-new-password' in role bridge;\nalter role bridge_2 set role = bridge;":
    SQL,
  'alter role bridge nologin;': SQL,
  "delete from deliveries where received_at < now() - interval '90 days' and outcome <> 'stored';": SQL,
}

/** Every command of the documents that something runs. */
export const TRIED: ReadonlySet<string> = new Set([
  ...[...ON_A_BRIDGE, ...ON_THE_SANDBOX].map(({ command }) => command),
  ...Object.keys(ELSEWHERE),
])
