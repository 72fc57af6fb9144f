/** Escapes what goes between tags or into a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

const STYLE = `
:root{color-scheme:light dark;--ink:#14151a;--soft:#5c6170;--line:#e3e5ec;--card:#fff;--ground:#f4f5f9;--accent:#4733e6;--on:#fff;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#f2f3f7;--soft:#a5abba;--line:#333744;--card:#1c1e26;--ground:#12131a;--accent:#9c8fff;--on:#14151a;--bad:#ffb4ab}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:440px;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:28px;box-shadow:0 8px 30px rgb(0 0 0/.06)}
.mode{display:inline-block;font-size:12px;font-weight:600;letter-spacing:.04em;text-transform:uppercase;border:1px solid currentColor;color:var(--soft);border-radius:99px;padding:1px 10px}
.merchant{margin:12px 0 0;color:var(--soft)}
h1{margin:2px 0 4px;font-size:34px;line-height:1.2;font-variant-numeric:tabular-nums}
dl{margin:18px 0;border-block:1px solid var(--line);padding:10px 0}
dl div{display:flex;justify-content:space-between;gap:16px;padding:4px 0}
dt{color:var(--soft)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
label{display:block;margin:12px 0 4px;font-size:14px;font-weight:600}
input,select,button{font:inherit;width:100%;min-height:44px;border-radius:10px;border:1px solid var(--line);padding:8px 12px;background:transparent;color:inherit}
select option{color:#14151a}
button{cursor:pointer;font-weight:600;margin-top:10px}
button.main{background:var(--accent);border-color:var(--accent);color:var(--on)}
button.bad{color:var(--bad);border-color:var(--bad)}
:is(a,button,input,select,summary):focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.row{display:grid;grid-template-columns:1fr 1fr;gap:10px}
details{margin-top:16px;border-top:1px solid var(--line);padding-top:12px}
summary{cursor:pointer;font-weight:600}
.note{color:var(--soft);font-size:14px}.alert{color:var(--bad);font-weight:600}
a{color:var(--accent)}
`

/** A whole page; `body` is HTML already. */
export function page(title: string, body: string, status = 200): Response {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body>
</html>`
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  })
}
