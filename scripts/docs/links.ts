import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { type Document, type Problem, proseOf } from './document.ts'

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g
const HEADING = /^#{1,6}\s+(.+?)\s*$/

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (document: Document): Set<string> =>
  new Set(
    proseOf(document).flatMap(line => {
      const heading = HEADING.exec(line)?.[1]
      return heading === undefined ? [] : [anchorOf(heading)]
    }),
  )

/** Links that lead nowhere in this repository; what is elsewhere is not looked up. */
export function brokenLinks(document: Document, all: ReadonlyMap<string, Document>): Problem[] {
  return proseOf(document).flatMap((line, index) =>
    [...line.replace(/`[^`]*`/g, '').matchAll(LINK)].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return []
      const say = faultOf(target, document, all)
      return say === null ? [] : [{ path: document.path, line: index + 1, say }]
    }),
  )
}

function faultOf(target: string, document: Document, all: ReadonlyMap<string, Document>): string | null {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? document.path : normalize(join(dirname(document.path), file)).replace(/\/$/, '')
  if (!existsSync(path)) return `${target} leads nowhere`
  if (anchor === undefined) return null
  const linked = all.get(path)
  if (!linked) return statSync(path).isFile() ? null : `${target} has an anchor, but is a folder`
  return anchorsOf(linked).has(anchor) ? null : `${target}: there is no such heading`
}
