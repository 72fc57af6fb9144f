import { expect, test } from 'bun:test'
import { join } from 'node:path'
import manifest from '../../package.json'
import { billOfMaterials } from '../../scripts/sbom.ts'

type Bill = {
  components: {
    name: string
    version: string
    purl: string
    hashes?: { content: string }[]
    licenses: object[]
  }[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

const bill = () => billOfMaterials(join(import.meta.dir, '../..')) as Bill

test('the bill of materials names every package that production needs, at its exact version', () => {
  const versions = new Map(bill().components.map(({ name, version }) => [name, version]))
  for (const [name, version] of Object.entries(manifest.dependencies))
    expect(versions.get(name)).toBe(version)
  for (const name of Object.keys(manifest.devDependencies)) expect(versions.has(name)).toBe(false)
  expect(versions.get('bun')).toBe(Bun.version)
})

test('every package in it has a license and the digest that the lockfile demands', () => {
  for (const { name, hashes, licenses } of bill().components) {
    expect([name, licenses.length]).toEqual([name, 1])
    if (name !== 'bun') expect(hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/)
  }
})

test('nothing in it depends on what is not in it', () => {
  const { dependencies } = bill()
  const known = new Set(dependencies.map(({ ref }) => ref))
  for (const { dependsOn } of dependencies) for (const ref of dependsOn) expect(known).toContain(ref)
  expect(dependencies.length).toBe(bill().components.length + 1)
})

test('it is the same every time, so that two releases can be compared', () => {
  expect(JSON.stringify(bill())).toBe(JSON.stringify(bill()))
})
