import { editDistance } from './edit-distance.ts'
import type { Environment } from './lookup.ts'
import { allSettings, type Values } from './settings.ts'

const LARGEST_TYPO = 2

const KNOWN: readonly string[] = allSettings.flatMap(({ names, secret }) =>
  secret ? names.flatMap(name => [name, `${name}_FILE`]) : names,
)

/** `LAGO_`, `DODO_` …: names without an underscore have no prefix, and are too short to tell typos by. */
const PREFIXES = new Set(KNOWN.filter(name => name.includes('_')).map(name => name.split('_', 1).join()))

/** A warning for each variable with one of our prefixes that nearly is a setting. Values are never shown. */
export function typoWarnings(env: Environment): string[] {
  const unknown = Object.keys(env).filter(
    name => name.includes('_') && PREFIXES.has(name.split('_', 1).join()) && !KNOWN.includes(name),
  )
  return unknown.flatMap(name => {
    if (!env[name]?.trim()) return []
    const [nearest] = KNOWN.map(known => ({ known, distance: editDistance(name, known) })).sort(
      (a, b) => a.distance - b.distance,
    )
    const isTypo = nearest !== undefined && nearest.distance <= LARGEST_TYPO
    return isTypo ? [`${name} is not a setting and is ignored. Was ${nearest.known} meant?`] : []
  })
}

/** What an operator should know of a configuration that is allowed all the same. */
export function choiceWarnings(values: Values): string[] {
  const warnings: string[] = []
  if (values.dodoWebhookKeys === null) {
    warnings.push('DODO_WEBHOOK_KEY is unset: webhooks from Dodo cannot be verified. Live mode refuses this.')
  }
  if (values.lagoHmacKeys !== null && !values.lagoAlgorithms.includes('hmac')) {
    warnings.push('LAGO_WEBHOOK_HMAC_KEY is ignored: LAGO_WEBHOOK_ALGORITHMS does not accept hmac.')
  }
  return warnings
}
