import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Manifest = { name: string; version: string; license?: string; dependencies?: Record<string, string> }
/** An entry of `bun.lock`: what was resolved, from where, what it needs, and the digest of its archive. */
type Locked = [
  resolved: string,
  registry: string,
  needs: { dependencies?: Record<string, string>; peerDependencies?: Record<string, string> },
  integrity: string,
]
type Lockfile = { packages: Record<string, Locked> }

type Component = {
  type: 'library'
  'bom-ref': string
  name: string
  version: string
  purl: string
  scope: 'required'
  hashes: { alg: 'SHA-512'; content: string }[]
  licenses: ({ expression: string } | { license: { id: string } })[]
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`

/** Where Node would find `name` when `from` asks for it: the nearest nested copy, else the shared one. */
function locate({ packages }: Lockfile, name: string, from: string): string | undefined {
  for (let path = from; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    if (packages[`${path}/${name}`]) return `${path}/${name}`
  }
  return packages[name] && name
}

function componentOf(root: string, path: string, [resolved, , , integrity]: Locked): Component {
  const [name, version] = [
    resolved.slice(0, resolved.lastIndexOf('@')),
    resolved.slice(resolved.lastIndexOf('@') + 1),
  ]
  // A nested copy is locked as "parent/name" and lies in the parent's own node_modules.
  const folder = path === name ? name : `${path.slice(0, -name.length - 1)}/node_modules/${name}`
  const { license } = readManifest(join(root, 'node_modules', folder))
  const purl = purlOf(name, version)
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    scope: 'required',
    hashes: [
      { alg: 'SHA-512', content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex') },
    ],
    licenses:
      license === undefined
        ? []
        : [/ (OR|AND|WITH) /.test(license) ? { expression: license } : { license: { id: license } }],
  }
}

/**
 * What the shipped program is made of, as CycloneDX 1.6: the packages that production needs, each with the digest
 * it is locked to, and the runtime that is compiled in. The same input gives the same text, so that two can be
 * compared. Source: CycloneDX specification 1.6; package-url specification, type npm.
 */
export function billOfMaterials(root: string): object {
  const { name, version, license = '', dependencies = {} } = readManifest(root)
  const lock = Bun.JSONC.parse(readFileSync(join(root, 'bun.lock'), 'utf8')) as Lockfile
  const components = new Map<string, Component>()
  const needs = new Map<string, string[]>()

  const visit = (wanted: string, from: string): string[] => {
    const path = locate(lock, wanted, from)
    const locked = path === undefined ? undefined : lock.packages[path]
    // An optional peer that nobody installed.
    if (path === undefined || locked === undefined) return []
    const component = componentOf(root, path, locked)
    const ref = component['bom-ref']
    if (!components.has(ref)) {
      components.set(ref, component)
      needs.set(
        ref,
        Object.keys(locked[2].dependencies ?? {}).flatMap(child => visit(child, path)),
      )
    }
    return [ref]
  }
  const self = purlOf(name, version)
  const runtime = { purl: `pkg:github/oven-sh/bun@bun-v${Bun.version}`, version: Bun.version }
  const direct = Object.keys(dependencies).flatMap(dependency => visit(dependency, ''))

  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name,
        version,
        purl: self,
        licenses: [{ license: { id: license } }],
      },
    },
    components: [
      ...[...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
      {
        type: 'framework',
        'bom-ref': runtime.purl,
        name: 'bun',
        ...runtime,
        licenses: [{ license: { id: 'MIT' } }],
      },
    ],
    dependencies: [
      { ref: self, dependsOn: [...direct, runtime.purl].sort() },
      ...[...needs].map(([ref, dependsOn]) => ({ ref, dependsOn: [...new Set(dependsOn)].sort() })),
      { ref: runtime.purl, dependsOn: [] },
    ].sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  }
}

/** `bun scripts/sbom.ts > sbom.cdx.json` */
if (import.meta.main) console.log(JSON.stringify(billOfMaterials(join(import.meta.dirname, '..')), null, 2))
