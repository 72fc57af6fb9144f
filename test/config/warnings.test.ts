import { describe, expect, test } from 'bun:test'
import { editDistance } from '../../src/config/edit-distance.ts'
import { minimal, warningsOf, without } from './environment.ts'

describe('a variable that looks like a typo', () => {
  test.each([
    ['LAGO_API_KEYS', 'LAGO_API_KEY'],
    ['DODO_PRODUCT', 'DODO_PRODUCTS'],
    ['DODO_ENVIROMENT', 'DODO_ENVIRONMENT'],
    ['LAGO_WEBHOOK_HMAC_KEYS', 'LAGO_WEBHOOK_HMAC_KEY'],
    ['DODO_API_KEY_FILES', 'DODO_API_KEY_FILE'],
    ['PUBLIC_URI', 'PUBLIC_URL'],
  ])('%s is reported, without its value', (typo, meant) => {
    expect(warningsOf({ ...minimal, [typo]: 'a-value-that-may-be-secret' })).toEqual([
      `${typo} is not a setting and is ignored. Was ${meant} meant?`,
    ])
  })

  test.each([
    'LAGO_LICENSE',
    'PATH',
    'HOSTNAME',
    'DODO_PAYMENTS_LOG',
    'MY_API_KEY',
    'PORTS',
    'DATABASE_NAME',
    'LAGO_TIMES',
  ])('%s is somebody else’s', name => {
    expect(warningsOf({ ...minimal, [name]: 'x' })).toEqual([])
  })

  test('a blank one is no concern', () => {
    expect(warningsOf({ ...minimal, LAGO_API_KEYS: '' })).toEqual([])
  })
})

test('unverifiable webhooks are warned of in test mode', () => {
  expect(warningsOf(without('DODO_WEBHOOK_KEY'))).toEqual([
    'DODO_WEBHOOK_KEY is unset: webhooks from Dodo cannot be verified. Live mode refuses this.',
  ])
})

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['same', 'same', 0],
  ['kitten', 'sitting', 3],
  ['DODO_PRODUCT', 'DODO_PRODUCT_ID', 3],
])('the edit distance of %p and %p is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})
