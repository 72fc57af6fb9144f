import { describe, expect, test } from 'bun:test'
import { Webhook } from 'standardwebhooks'
import {
  dodoFormDefaults,
  dodoFormSchema,
  formatDodoProducts,
  parseDodoProducts,
  toDodoInput,
} from '../../examples/lago-native/lago-front/src/components/settings/integrations/dodoFormSchema.ts'

const root = new URL('../../examples/lago-native/', import.meta.url).pathname
const files = (pattern: string) => [...new Bun.Glob(pattern).scanSync({ cwd: root })].sort()
const text = (path: string) => Bun.file(`${root}${path}`).text()

const filled = { ...dodoFormDefaults, name: 'Dodo', code: 'dodo', apiKey: 'key', products: 'USD: pdt_1' }
const fieldsRefused = (changes: Partial<typeof filled>, isEdition = false) =>
  dodoFormSchema(isEdition)
    .safeParse({ ...filled, ...changes })
    .error?.issues.map(issue => issue.path[0]) ?? []

describe('the form of a Dodo connection in lago-front', () => {
  test('reads products by currency, one on a line or separated by commas', () => {
    const lines = [
      { currency: 'USD', productId: 'pdt_1' },
      { currency: 'HUF', productId: 'pdt_2' },
    ]
    expect(parseDodoProducts('usd: pdt_1\n\n HUF=pdt_2 ')).toEqual(lines)
    expect(parseDodoProducts('USD:pdt_1,HUF:pdt_2')).toEqual(lines)
    expect(parseDodoProducts(formatDodoProducts(lines))).toEqual(lines)
  })

  test('refuses a line it cannot read, and a currency with two products', () => {
    expect(parseDodoProducts('pdt_1')).toBeNull()
    expect(parseDodoProducts('USD pdt_1')).toBeNull()
    expect(parseDodoProducts('USD: pdt_1\nusd: pdt_2')).toBeNull()
  })

  test('starts in test mode', () => {
    expect(dodoFormDefaults.environment).toBe('test_mode')
    expect(fieldsRefused({})).toEqual([])
  })

  test('demands an API key and a product of a new connection', () => {
    expect(fieldsRefused({ apiKey: '', products: '' })).toEqual(['apiKey', 'products'])
  })

  test('keeps the stored secrets when an edit leaves them empty', () => {
    expect(fieldsRefused({ apiKey: '' }, true)).toEqual([])
    const input = toDodoInput({ ...filled, apiKey: ' ' })
    expect(input.apiKey).toBeUndefined()
    expect(input.webhookSecret).toBeUndefined()
  })

  test('refuses a webhook secret or a redirect URL that cannot be one', () => {
    expect(fieldsRefused({ webhookSecret: 'secret' })).toEqual(['webhookSecret'])
    expect(fieldsRefused({ webhookSecret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZg==' })).toEqual([])
    expect(fieldsRefused({ successRedirectUrl: 'javascript:alert(1)' })).toEqual(['successRedirectUrl'])
  })
})

describe('the example as a whole', () => {
  test('every component is valid TSX', async () => {
    const components = files('lago-front/**/*.tsx')
    expect(components.length).toBeGreaterThan(3)
    for (const path of components) {
      const { exports } = new Bun.Transpiler({ loader: 'tsx' }).scan(await text(path))
      expect(exports, path).not.toEqual([])
    }
  })

  test('every translation a component asks for by a key of ours is there, and none is left over', async () => {
    const asked = new Set<string>()
    for (const path of files('lago-front/**/*.{ts,tsx}'))
      for (const [key] of (await text(path)).matchAll(/text_(dodo|url)_[a-z_]+/g)) asked.add(key)
    expect(Object.keys(JSON.parse(await text('lago-front/translations/dodo.json'))).sort()).toEqual(
      [...asked].sort(),
    )
  })

  test('the guide names every file, and no file that does not exist', async () => {
    const guide = await text('README.md')
    const named = [...guide.matchAll(/^\| `([^`]+\/[^`]+|[^`]+\.rb)` *\|/gm)].map(match => match[1])
    const present = files('lago-{api,front}/**/*').map(path => path.replace(/^lago-(api|front)\//, ''))
    expect(named.sort()).toEqual(present.sort())
  })

  test('the Ruby specs hold the test vector that the Standard Webhooks library signs', async () => {
    const spec = await text('lago-api/spec/lib/dodo/webhook_signature_spec.rb')
    const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
    const signature = new Webhook(secret).sign('msg_1', new Date(1_700_000_000_000), '{"a":1}')
    expect(signature).toBe('v1,rkwp5YuvdrMkcu0ZhuMsXoTg44mHAr1Q0+FFgFpXsjY=')
    expect(spec).toContain(secret)
    expect(spec).toContain(signature)
  })
})
