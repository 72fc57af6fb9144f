/** The page's only style sheet; no asset comes from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#14202b;--soft:#5a6875;--line:#d9e0e6;--card:#fff;--back:#f3f6f9;--brand:#1f5fd0;
--good:#0b7a43;--goodback:#dff5e8;--bad:#a3242b;--badback:#fde4e5;--wait:#7a5200;--waitback:#fdf0d2}
@media (prefers-color-scheme:dark){:root{--ink:#e8eef4;--soft:#9fb0bf;--line:#2c3945;--card:#18222c;--back:#0f161d;
--brand:#7fb0ff;--good:#7be3ae;--goodback:#123524;--bad:#ff9da2;--badback:#3f1719;--wait:#ffd27f;--waitback:#3b2c0c}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main,header{max-width:84rem;margin:0 auto;padding:1rem 1.25rem}
header{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center}
h1{font-size:1.35rem;margin:0}
h2{font-size:1.05rem;margin:0 0 .75rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.25rem;margin:0 0 1rem}
form.line{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}
label{display:grid;gap:.2rem;font-size:.85rem;color:var(--soft)}
input,select,button{font:inherit;padding:.4rem .6rem;border:1px solid var(--line);border-radius:.45rem;background:var(--card);color:var(--ink)}
input[type=number]{width:8rem}
button{cursor:pointer}
button.main{background:var(--brand);border-color:var(--brand);color:var(--card);font-weight:600}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;font-weight:600;padding-bottom:.5rem}
th,td{text-align:left;padding:.55rem .4rem;border-top:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600}
td strong,td .soft{white-space:nowrap}
th.amount{text-align:right}
td.amount{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.chip{display:inline-block;padding:.05rem .5rem;border-radius:1rem;font-size:.8rem;font-weight:600;white-space:nowrap}
.good{background:var(--goodback);color:var(--good)}.bad{background:var(--badback);color:var(--bad)}
.wait{background:var(--waitback);color:var(--wait)}
.actions{display:flex;flex-wrap:wrap;gap:.35rem}
.actions form{display:flex;gap:.35rem}
.actions button{font-size:.82rem;padding:.2rem .5rem}
.actions input{width:4.5rem;font-size:.82rem;padding:.2rem .4rem}
.soft{color:var(--soft);font-size:.85rem}
.notice{border-color:var(--brand)}
dl.meta{margin:0;display:grid;gap:.35rem;font-size:.82rem}
dl.meta dt{color:var(--soft)}dl.meta dd{margin:0;overflow-wrap:anywhere;min-width:9rem}
a{color:var(--brand)}
@media (max-width:78rem){thead{display:none}tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));border-top:1px solid var(--line)}
td{border:0}td.amount{text-align:left}td.amount::before{content:attr(data-label) ' ';color:var(--soft)}}
`
