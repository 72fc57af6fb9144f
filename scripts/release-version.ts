import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Sources = { packageJson: string; chart: string; dockerfile: string; changelog: string }

/**
 * The version that a tag releases, and what the changelog says of it.
 * @throws naming every file that does not name that version.
 */
export function releaseOf(tag: string, sources: Sources): { version: string; notes: string } {
  const version = /^v(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag)?.[1]
  if (version === undefined) throw new Error(`${tag} is no tag of a version, such as v1.2.3`)
  const chart = Bun.YAML.parse(sources.chart) as { version?: string; appVersion?: string }
  const notes = notesOf(version, sources.changelog)
  const wrong = [
    JSON.parse(sources.packageJson).version !== version && 'package.json (version)',
    chart.version !== version && 'charts/lago-dodo-bridge/Chart.yaml (version)',
    chart.appVersion !== version && 'charts/lago-dodo-bridge/Chart.yaml (appVersion)',
    !sources.dockerfile.includes(`ARG VERSION=${version}\n`) && 'Dockerfile (ARG VERSION)',
    notes === '' && `CHANGELOG.md (a heading "## [${version}]", and something under it)`,
  ].filter(file => file !== false)
  if (wrong.length > 0) throw new Error(`${version} is not what is said in ${wrong.join(', ')}`)
  return { version, notes }
}

function notesOf(version: string, changelog: string): string {
  const sections = changelog.split(/^## /m)
  const section = sections.find(text => text.startsWith(`[${version}]`)) ?? ''
  return section.split('\n').slice(1).join('\n').trim()
}

/** `bun scripts/release-version.ts v1.2.3 [--notes]`: `VERSION=1.2.3`, or its notes. */
if (import.meta.main) {
  const [tag = '', option] = process.argv.slice(2)
  const root = join(import.meta.dirname, '..')
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const { version, notes } = releaseOf(tag, {
    packageJson: read('package.json'),
    chart: read('charts/lago-dodo-bridge/Chart.yaml'),
    dockerfile: read('Dockerfile'),
    changelog: read('CHANGELOG.md'),
  })
  console.log(option === '--notes' ? notes : `VERSION=${version}`)
}
