/** The frame of every page. All values go through `html`, which escapes them. */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** A page that reloads its `main` whenever something happened (and now and then without scripts). */
export const layout = (title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · headgate</title>
        <link rel="stylesheet" href="/headgate.css" />
        <script src="/headgate.js" defer></script>
        <noscript><meta http-equiv="refresh" content="10" /></noscript>
      </head>
      <body>
        <header>
          <a href="/">headgate</a>
          <small>what is on the branch has passed on the branch · times are UTC</small>
        </header>
        <main>${body}</main>
      </body>
    </html>`

/** Replaces `main` when the service says that something happened; leaves it alone while somebody types. */
export const SCRIPT = `
const refresh = async () => {
  const busy = document.activeElement
  if (busy && (busy.tagName === 'INPUT' || busy.tagName === 'SUMMARY')) return
  if (document.querySelector('details[open]')) return
  const page = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!page.ok) return
  const next = new DOMParser().parseFromString(await page.text(), 'text/html').querySelector('main')
  const now = document.querySelector('main')
  if (next && now) now.replaceWith(next)
}
new EventSource('/events').addEventListener('changed', () => { refresh().catch(() => {}) })
`

export const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --dim: color-mix(in srgb, currentColor 62%, transparent);
  --good: light-dark(#1a7f37, #4ac26b); --bad: light-dark(#c5221f, #ff7b72); --busy: light-dark(#9a6700, #e3b341); --info: light-dark(#0969da, #79b8ff) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.5rem 4rem; font: 16px/1.5 system-ui, sans-serif }
header { padding: .5rem 0 1rem; border-bottom: 1px solid var(--line) }
header a { font-weight: 700; font-size: 1.25rem; color: inherit; text-decoration: none }
small, .dim { color: var(--dim) }
h2 { margin: 2rem 0 .25rem } h3 { margin: 1.5rem 0 .25rem; font-size: 1rem }
a { color: var(--info) } code { font: .9em ui-monospace, monospace }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line) }
th { font-size: .8rem; font-weight: 600; color: var(--dim) }
td ul { margin: 0; padding-left: 1.1rem } td:first-child, td.n { white-space: nowrap }
.state { font-weight: 600; white-space: nowrap }
.good { color: var(--good) } .bad { color: var(--bad) } .busy { color: var(--busy) } .info { color: var(--info) }
.label { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .8rem; white-space: nowrap }
ol.log { list-style: none; padding: 0; margin: .25rem 0 } ol.log li { padding: .15rem 0 } ol.log time { color: var(--dim); margin-right: .6rem; font-variant-numeric: tabular-nums }
form { display: inline-flex; flex-wrap: wrap; gap: .4rem; margin: .25rem 1rem .25rem 0 } details { margin: 1rem 0 }
input, button { font: inherit; padding: .2rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit }
button { cursor: pointer; font-weight: 600 }
.notice { border-left: .25rem solid var(--busy); padding: .25rem .75rem; margin: .5rem 0 }
.who { border: 1px solid var(--line); border-radius: .4rem; padding: 0 .4rem; font-size: .8rem; color: var(--dim); white-space: nowrap }
.who.person { color: var(--info); border-color: currentColor } .notice .next { font-weight: 600 }
ul.evidence { list-style: none; padding: 0; font-size: .85rem } ul.evidence li { display: inline-block; margin-right: 1rem }
ul.plain { list-style: none; margin: .25rem 0; padding: 0 } time { font-variant-numeric: tabular-nums } .when { white-space: nowrap }
`
