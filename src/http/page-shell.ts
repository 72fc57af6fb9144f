import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { html, raw } from 'hono/html'

const STYLE = `
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7; color: #1a1d21 }
  main { box-sizing: border-box; width: calc(100% - 2rem); max-width: 28rem; margin: 1rem; padding: 2rem; border-radius: 1rem; background: #fff; box-shadow: 0 1px 12px #0001 }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem }
  p { margin: .5rem 0 0 }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1.25rem 0 0 }
  dt { color: #5c6570 } dd { margin: 0; text-align: right }
  a { display: inline-block; margin-top: 1.25rem; padding: .6rem 1.2rem; border-radius: .5rem; background: #1b5fd1; color: #fff; text-decoration: none }
  a:focus-visible { outline: 3px solid #1b5fd1; outline-offset: 3px }
  @media (prefers-color-scheme: dark) { body { background: #14171a; color: #e8eaed } main { background: #1f2428 } dt { color: #a0a8b0 } }
`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export type Shell = {
  status: 200 | 202 | 404 | 410
  /** The heading is the title unless another is given. */
  title: string
  heading?: string
  text: string
  /** Looks again by itself after a few seconds. */
  reload: boolean
  /** Pairs of a name and a value. */
  details?: readonly (readonly [string, string])[]
  link?: { href: string; text: string } | undefined
}

/** The one small page that payers see. Every value is escaped, no script runs, and nothing is kept. */
export function page(c: Context, shell: Shell): Response | Promise<Response> {
  c.header('Content-Security-Policy', POLICY)
  c.header('Cache-Control', 'no-store')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('X-Content-Type-Options', 'nosniff')
  if (shell.reload) c.header('Refresh', '4')
  const { details = [], link } = shell
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${shell.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${shell.heading ?? shell.title}</h1>
<p role="status">${shell.text}</p>
${details.length > 0 ? html`<dl>${details.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>` : ''}
${link ? html`<a href="${link.href}">${link.text}</a>` : ''}
</main>
</body>
</html>`,
    shell.status,
  )
}
