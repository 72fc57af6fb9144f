import { describe, expect, test } from 'bun:test'
import { answerOf, invalid, missing, rig } from './support.ts'

const bare = (...args: Parameters<typeof rig>) => {
  const kit = rig({ endpoints: [], ...args[0] })
  return {
    ...kit,
    post: (webhook_endpoint: object) => kit.call('POST', '/webhook_endpoints', { webhook_endpoint }),
  }
}

const url = (path = '') => ({ webhook_url: `https://bridge.test/${path}` })

describe('webhook endpoints', () => {
  test('are created with jwt unless told otherwise, read, changed and deleted', async () => {
    const { post, call, lago } = bare()
    const { body } = await post(url())
    expect(body.webhook_endpoint).toMatchObject({
      lago_organization_id: lago.organization.lago_id,
      webhook_url: 'https://bridge.test/',
      signature_algo: 'jwt',
      event_types: null,
      name: null,
    })
    const path = `/webhook_endpoints/${body.webhook_endpoint.lago_id}`
    const changed = await call('PUT', path, { webhook_endpoint: { ...url('new'), signature_algo: 'hmac' } })
    expect(changed.body.webhook_endpoint).toMatchObject({ ...url('new'), signature_algo: 'hmac' })
    expect((await call('GET', '/webhook_endpoints')).body.webhook_endpoints).toHaveLength(1)
    expect((await call('DELETE', path)).body.webhook_endpoint).toMatchObject(url('new'))
    for (const method of ['GET', 'DELETE'])
      expect(await call(method, path)).toEqual(missing('webhook_endpoint'))
    expect(await call('PUT', path, { webhook_endpoint: url() })).toEqual(missing('webhook_endpoint'))
  })

  test('want a unique http or https address', async () => {
    const { post } = bare()
    await post(url())
    expect(await post(url())).toEqual(invalid({ webhook_url: ['value_already_exist'] }))
    expect(await post({ signature_algo: 'hmac' })).toEqual(invalid({ webhook_url: ['value_is_mandatory'] }))
    for (const webhook_url of ['nowhere', 'ftp://x.test']) {
      expect(await post({ webhook_url })).toEqual(invalid({ webhook_url: ['url_is_invalid'] }))
    }
  })

  test('an unknown algorithm breaks Lago', async () => {
    const { post } = bare()
    expect((await post({ ...url(), signature_algo: 'md5' })).status).toBe(500)
  })

  test('are ten at most', async () => {
    const { post } = bare()
    for (let index = 0; index < 10; index++) expect((await post(url(String(index)))).status).toBe(200)
    expect(await post(url('eleven'))).toEqual(
      invalid({ base: ['Maximum number of webhook endpoints was reached'] }),
    )
  })

  test('PUT /organizations overwrites the first one', async () => {
    const { post, call } = bare()
    await post(url('first'))
    await post(url('second'))
    const { body } = await call('PUT', '/organizations', { organization: url('taken') })
    expect(body.organization.webhook_urls).toEqual([
      'https://bridge.test/taken',
      'https://bridge.test/second',
    ])
  })
})

describe('event types', () => {
  const heard = async (event_types: unknown, version?: '1.43') => {
    const { post, lago, settle } = bare(version ? { version } : {})
    await post({ ...url(), signature_algo: 'hmac', event_types })
    lago.control.createInvoice()
    return settle()
  }

  test('null and * hear all, an empty list hears nothing, a list hears what it names', async () => {
    const all = ['customer.created', 'invoice.created']
    expect(await heard(null)).toEqual(all)
    expect(await heard(['*'])).toEqual(all)
    expect(await heard([])).toEqual([])
    expect(await heard([' Invoice.Created ', 'invoice.created'])).toEqual(['invoice.created'])
  })

  test('are ignored before 1.44', async () => {
    expect(await heard(['invoice.voided'], '1.43')).toEqual(['customer.created', 'invoice.created'])
  })

  test('unknown ones are refused, and so is no list', async () => {
    const { post } = bare()
    expect(await post({ ...url(), event_types: ['x', 'invoice.created'] })).toEqual(
      invalid({ event_types: ['contains invalid types: ["x"]'] }),
    )
    expect(await post({ ...url(), event_types: 'invoice.created' })).toEqual(
      invalid({ event_types: ['must_be_array'] }),
    )
    expect((await post({ ...url(), event_types: ['credit_note.provider_refund_failure'] })).status).toBe(200)
  })
})

describe('access', () => {
  test('every API route wants the key; health does not', async () => {
    const { lago } = bare()
    const get = async (path: string, authorization?: string) => {
      const headers = authorization ? { authorization } : {}
      const response = await lago.fetch(new Request(`http://lago.test${path}`, { headers }))
      return answerOf(response.status, (await response.json()) as object)
    }
    const unauthorized = answerOf(401, { status: 401, error: 'Unauthorized' })
    expect(await get('/api/v1/organizations')).toEqual(unauthorized)
    expect(await get('/api/v1/organizations', 'Bearer wrong')).toEqual(unauthorized)
    expect((await get('/api/v1/organizations', `Token ${lago.apiKey}`)).status).toBe(200)
    expect(await get('/health')).toEqual(
      answerOf(200, {
        version: 'v1.51',
        github_url: 'https://github.com/getlago/lago-api',
        message: 'Success',
      }),
    )
    expect(await get('/api/v1/nothing', `Bearer ${lago.apiKey}`)).toEqual(missing('resource'))
  })

  test('the organization shows neither its HMAC key nor its licence', async () => {
    const { call, lago } = bare()
    const { body } = await call('GET', '/organizations')
    expect(body.organization).toMatchObject({ lago_id: lago.organization.lago_id, slug: 'acme' })
    expect(JSON.stringify(body)).not.toContain(lago.hmacKey)
  })

  test('the limit of Lago Cloud is counted by the second and told in headers', async () => {
    const { lago, clock } = bare({ rateLimit: 2 })
    const get = () =>
      lago.fetch(
        new Request('http://lago.test/api/v1/organizations', {
          headers: { authorization: `Bearer ${lago.apiKey}` },
        }),
      )
    const seen = []
    for (let count = 0; count < 3; count++) {
      const { status, headers } = await get()
      seen.push([status, headers.get('x-ratelimit-remaining')])
    }
    expect(seen).toEqual([
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ])
    await clock.advance(1000)
    expect((await get()).status).toBe(200)
  })
})
