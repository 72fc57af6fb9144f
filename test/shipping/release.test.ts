import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json'
import { releaseOf } from '../../scripts/release-version.ts'

const sources = {
  packageJson: '{"version":"1.2.3"}',
  chart: 'version: 1.2.3\nappVersion: 1.2.3\n',
  dockerfile: 'ARG VERSION=1.2.3\n',
  changelog:
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2030-01-01\n\n### Added\n- A thing.\n\n## [1.2.2]\n- Older.\n',
}

test('a release has one version, and the notes that the changelog has for it', () => {
  expect(releaseOf('v1.2.3', sources)).toEqual({ version: '1.2.3', notes: '### Added\n- A thing.' })
})

describe('a release is stopped', () => {
  test.each([
    ['package.json', { packageJson: '{"version":"1.2.2"}' }],
    ['Chart.yaml (version)', { chart: 'version: 1.2.2\nappVersion: 1.2.3\n' }],
    ['Chart.yaml (appVersion)', { chart: 'version: 1.2.3\nappVersion: 1.2.2\n' }],
    ['Dockerfile', { dockerfile: 'ARG VERSION=1.2.30\n' }],
    ['CHANGELOG.md', { changelog: '## [Unreleased]\n- A thing.\n\n## [1.2.3]\n' }],
  ])('when another version is in %s', (file, change) => {
    expect(() => releaseOf('v1.2.3', { ...sources, ...change })).toThrow(file)
  })

  test.each(['1.2.3', 'v1.2', 'vnext', ''])('when the tag is %p', tag => {
    expect(() => releaseOf(tag, sources)).toThrow('is no tag of a version')
  })
})

const root = join(import.meta.dir, '../..')

test('the image, the chart and the package name the same version between releases too', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  expect(dockerfile).toContain(`ARG VERSION=${manifest.version}\n`)
})

test.each(['.github/workflows/ci.yml', '.github/workflows/release.yml', '.ci/run'])(
  '%s uses the Bun that the image is built with',
  path => {
    const text = readFileSync(join(root, path), 'utf8')
    const versions = [...text.matchAll(/(?:bun@|bun-version: )([\d.]+)/g)].map(([, version]) => version)
    expect(versions.length).toBeGreaterThan(0)
    expect(new Set(versions)).toEqual(new Set([Bun.version]))
  },
)
