import { GROUPS, type Setting } from './setting.ts'
import { allSettings } from './settings.ts'

const inGroup = (group: string) => allSettings.filter(setting => setting.group === group)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text: string): string => `\`${text}\``

function defaultCell(setting: Setting<unknown>): string {
  if (setting.default !== undefined) return code(setting.default)
  return setting.required ? '**required**' : (setting.defaultInWords ?? 'unset')
}

function row(setting: Setting<unknown>): string {
  const [name, ...aliases] = setting.names.map(code)
  const names = aliases.length === 0 ? name : `${name} (or ${aliases.join(', ')})`
  const secret = setting.secret ? ' (secret)' : ''
  const cells = [`${names}${secret}`, defaultCell(setting), setting.meaning, setting.rule, setting.where]
  return `| ${cells.map(text => cell(text ?? '')).join(' | ')} |`
}

const INTRODUCTION = `Settings are environment variables. Values are trimmed, and a blank one is unset; lists are comma-separated.
A setting marked *secret* may come from a file instead: put the file's path in the variable's name with \`_FILE\`
behind it. A secret that is set but empty stops the start, except \`DATABASE_URL\`, which is then unset.`

/** The configuration section of the README, in Markdown. */
export function configurationTable(): string {
  const tables = GROUPS.map(group =>
    [
      `### ${group}`,
      '',
      '| Name | Default | Meaning | Rule | Where to get it |',
      '|---|---|---|---|---|',
      ...inGroup(group).map(row),
    ].join('\n'),
  )
  return [INTRODUCTION, ...tables].join('\n\n')
}

/** A line that is to be filled in stays active, so that a copy of the file alone is refused with what is missing. */
const assignment = ({ name, required, default: preset = '' }: Setting<unknown>): string =>
  required ? `${name}=` : `# ${name}=${preset}`

const comment = (setting: Setting<unknown>): string =>
  [
    `# ${setting.meaning}.`,
    `#   Rule:  ${setting.rule}.`,
    `#   Value: ${setting.where}.`,
    ...(setting.defaultInWords === undefined ? [] : [`#   Unset: ${setting.defaultInWords}.`]),
    assignment(setting),
  ].join('\n')

/** The text of `.env.example`: every setting, with the required ones to be filled in. */
export const environmentExample = (): string =>
  [
    '# Copy to .env and fill in the lines that are not comments. Written by `bun run docs:config`.',
    ...GROUPS.flatMap(group => [`# ---- ${group} ----`, ...inGroup(group).map(comment)]),
  ]
    .join('\n\n')
    .replaceAll('`', '')
    .concat('\n')
