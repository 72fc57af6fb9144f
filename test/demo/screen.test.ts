import { expect, test } from 'bun:test'
import { Screen } from '../../sandbox/demo/screen.ts'

function terminal(isTTY: boolean, env: Record<string, string> = {}) {
  let text = ''
  const screen = new Screen({ isTTY, write: part => (text += part) }, env)
  return { screen, text: () => text }
}

test('colours are for terminals, and NO_COLOR turns them off', () => {
  const coloured = (isTTY: boolean, env = {}) =>
    terminal(isTTY, env).screen.paint.red('no').includes('\u001b')
  expect([coloured(true), coloured(true, { NO_COLOR: '1' }), coloured(false)]).toEqual([true, false, false])
})

test('a line that comes while something is waited for stands above what turns', async () => {
  const { screen, text } = terminal(true)
  const { promise, resolve } = Promise.withResolvers<string>()
  const work = screen.during('waiting', promise)
  screen.line('news')
  resolve('done')
  expect(await work).toBe('done')
  const shown = text().split('\r\u001b[2K')
  expect(shown.some(part => part.startsWith('news\n'))).toBe(true)
  expect(shown.at(-1)).toBe('')
})

test('what goes wrong while it is waited for reaches the caller', () => {
  const { screen } = terminal(false)
  expect(screen.during('waiting', Promise.reject(new Error('away')))).rejects.toThrow('away')
})
