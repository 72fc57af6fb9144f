/** What secrets look like, by who gives them out. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  'private key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/g,
  'Standard Webhooks secret': /whsec_[A-Za-z0-9+/]{24,}={0,2}/g,
  'key of a provider': /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g,
  'Dodo key': /\b(?:dodo_(?:live|test)_[A-Za-z0-9]{16,}|[A-Za-z0-9]{16}\.[A-Za-z0-9_-]{48,})/g,
  'AWS key': /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  'GitHub token': /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b/g,
  'npm token': /\bnpm_[A-Za-z0-9]{36}\b/g,
  'Slack token': /\bxox[abprs]-[A-Za-z0-9-]{20,}/g,
  'signed token': /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  'database password':
    /\bpostgres(?:ql)?:\/\/[^\s:/@'"`$]+:([^\s@'"`$]{4,})@(?!127\.0\.0\.1|localhost|(?:db|postgres)[:/]|[\w.-]*example)/g,
  'assigned secret':
    /\b(?:api[_-]?key|secret|passw(?:or)?d|token|hmac[_-]?key)\b["']?\s*[:=]\s*["']([A-Za-z0-9+/_=-]{32,})["']/gi,
}

/** Made up for tests and the sandbox, and known to everybody. Anything else has to be looked at. */
const HARMLESS: readonly RegExp[] = [
  // Base64 of plain words and counted digits.
  /MDEyMzQ1Njc4OWFi/,
  /p%40ss|pass-of-data|example|sandbox|redacted|replaced|fuzz|not-a-secret|for-tests/i,
  /(.)\1{7}/,
]

const decoded = (secret: string): string =>
  Buffer.from(secret.replace(/^whsec_/, ''), 'base64').toString('latin1')

/** Printable through and through: a key of random bytes is not. */
const isWords = (secret: string): boolean => /^[ -~]{8,}$/.test(decoded(secret))

/** The secrets in a line of text: what kind, and how each begins. The whole of it is never shown. */
export function findSecrets(line: string): string[] {
  // What a line of several megabytes holds was made by a machine, and takes for ever.
  const text = line.slice(0, 20_000)
  return Object.entries(PATTERNS).flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)]
      .map(match => match[1] ?? match[0])
      .filter(
        secret =>
          !HARMLESS.some(known => known.test(secret)) && !(secret.startsWith('whsec_') && isWords(secret)),
      )
      .map(secret => `${kind} ${secret.slice(0, 12)}…`),
  )
}
