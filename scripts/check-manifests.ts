import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

type Manifest = { apiVersion: string; kind: string; metadata: { name: string } }
type Model = { new (manifest: Manifest): { validate(): void } }

/** Whose schema a group of manifests has; Kubernetes' own, if it is not named. */
const PACKAGES: Record<string, string> = {
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
}
/** Published for an earlier version only, with the same fields. */
const PUBLISHED_AS: Record<string, string> = { 'external-secrets.io/v1': 'external-secrets.io/v1beta1' }

const [tools = '', file = ''] = process.argv.slice(2)
const manifests = documentsIn(readFileSync(file, 'utf8')).map(manifest => ({
  ...manifest,
  apiVersion: PUBLISHED_AS[manifest.apiVersion] ?? manifest.apiVersion,
}))

for (const manifest of manifests) await validate(manifest)
await findUnknownFields()
console.log(`${manifests.length} manifests are valid: ${manifests.map(({ kind }) => kind).join(', ')}`)

function documentsIn(text: string): Manifest[] {
  const parsed: unknown = Bun.YAML.parse(text)
  return (Array.isArray(parsed) ? parsed : [parsed]).filter(document => document !== null)
}

function moduleOf({ apiVersion }: Manifest): string {
  const [group = ''] = apiVersion.split('/')
  return `${PACKAGES[group] ?? 'kubernetes-models'}/${apiVersion}`
}

/** By the published schema: what is required is there, and everything has its type. */
async function validate(manifest: Manifest): Promise<void> {
  const models = await import(Bun.resolveSync(moduleOf(manifest), tools))
  const Model = models[manifest.kind] as Model | undefined
  if (Model === undefined) throw new Error(`there is no schema of ${manifest.apiVersion} ${manifest.kind}`)
  try {
    new Model(manifest).validate()
  } catch (cause) {
    throw new Error(`${manifest.kind} ${manifest.metadata.name} is not valid`, { cause })
  }
}

/** The schemas let unknown fields pass, which Kubernetes would drop; the types of the same packages do not. */
async function findUnknownFields(): Promise<void> {
  const source = manifests.map(
    (manifest, index) =>
      `import type { I${manifest.kind} as T${index} } from '${moduleOf(manifest)}'
export const manifest${index}: T${index} = ${JSON.stringify(manifest, null, 2)}`,
  )
  const typed = join(tools, 'manifests.ts')
  await writeFile(typed, source.join('\n'))
  const options =
    '--noEmit --strict --skipLibCheck --ignoreConfig --module preserve --moduleResolution bundler'
  const tsc = join(import.meta.dirname, '../node_modules/.bin/tsc')
  const check = Bun.spawnSync([tsc, ...options.split(' '), '--types', '', typed])
  if (check.exitCode !== 0) throw new Error(check.stdout.toString())
}
