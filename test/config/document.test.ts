import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withTable } from '../../scripts/config-table.ts'
import { configurationTable, environmentExample } from '../../src/config/document.ts'
import { allSettings } from '../../src/config/settings.ts'

const root = join(import.meta.dir, '../..')
const directory = mkdtempSync(join(tmpdir(), 'config-table-'))
const readme = join(directory, 'README.md')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const run = (...args: string[]): number =>
  Bun.spawnSync(['bun', join(root, 'scripts/config-table.ts'), readme, ...args]).exitCode

describe('.env.example', () => {
  test('is what the code says', () => {
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(environmentExample())
  })

  test.each(allSettings.map(setting => setting.name))('names %s once', name => {
    const lines = readFileSync(join(root, '.env.example'), 'utf8').split('\n')
    expect(lines.filter(line => new RegExp(`^(# )?${name}=`).test(line))).toHaveLength(1)
  })

  test('shows no value for a secret', () => {
    for (const { name, secret } of allSettings) {
      if (secret) expect(environmentExample()).toMatch(new RegExp(`^(# )?${name}=$`, 'm'))
    }
  })
})

describe('the table of the README', () => {
  test('has a row for every setting, with its aliases, its default and where to get it', () => {
    const rows = configurationTable().split('\n')
    for (const { names, where, default: preset } of allSettings) {
      const row = rows.find(line => line.startsWith(`| \`${names[0]}\``)) ?? ''
      for (const name of names) expect(row).toContain(`\`${name}\``)
      if (preset !== undefined) expect(row).toContain(`\`${preset}\``)
      expect(row).toContain(where)
      expect(row.split(/(?<!\\)\|/)).toHaveLength(7)
    }
  })

  test('replaces what lies between the markers and nothing else', () => {
    const [before, after] = ['# Title\n\ntext\n\n', '\n\n## Next\n']
    const stale = withTable('').trimEnd().replace('`PORT`', '`PROT`')
    const updated = withTable(before + stale + after)
    expect(updated).toBe(before + withTable('').trimEnd() + after)
    expect(withTable(updated)).toBe(updated)
  })

  test('is put at the end of a README without markers', () => {
    expect(withTable('# Title\n')).toBe(`# Title\n\n${withTable('')}`)
  })

  test('is refused when a marker is missing, for the rest of the file could be lost', () => {
    const [, end = ''] = withTable('')
      .trimEnd()
      .split(/\n(?=<!-- configuration:end)/)
    expect(() => withTable(`# Title\n${end}\n`)).toThrow('both markers')
  })

  test('the script writes it, and with --check only tells whether it differs', () => {
    expect(run('--check')).toBe(1)
    expect(run()).toBe(0)
    expect(run('--check')).toBe(0)
    writeFileSync(readme, readFileSync(readme, 'utf8').replace('`PORT`', '`PROT`'))
    const edited = readFileSync(readme, 'utf8')
    expect(run('--check')).toBe(1)
    expect(readFileSync(readme, 'utf8')).toBe(edited)
    expect(run()).toBe(0)
    expect(readFileSync(readme, 'utf8')).toBe(withTable(''))
  })
})
