import type { Config } from './type.ts'

/** The password of a connection string, as it is written and as the database sees it. */
function databasePasswords(databaseUrl: string | null): string[] {
  const written = /:\/\/[^/:@]*:(.*)@/.exec(databaseUrl ?? '')?.[1]
  if (!written) return []
  try {
    return [written, decodeURIComponent(written)]
  } catch {
    return [written]
  }
}

const withoutPrefix = (key: string): string[] => [key, key.replace(/^whsec_/, '')]

/** Every secret of a configuration, in each form that could turn up in a text. */
export const secretsOf = (config: Config): string[] => [
  ...new Set([
    config.lago.apiKey,
    ...config.lago.hmacKeys,
    config.dodo.apiKey,
    ...config.dodo.webhookKeys.flatMap(withoutPrefix),
    ...(config.notify?.keys ?? []).flatMap(withoutPrefix),
    ...config.adminTokens,
    ...(config.topup.userTokenSecret === null ? [] : [config.topup.userTokenSecret]),
    ...(config.databaseUrl === null ? [] : [config.databaseUrl]),
    ...databasePasswords(config.databaseUrl),
  ]),
]
