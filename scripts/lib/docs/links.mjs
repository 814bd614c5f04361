/** Every link of the documentation leads somewhere: files and headings of the repository. Foreign addresses are not asked. */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { documents, page, prose } from './pages.mjs'

const LINK = /!?\[(?:[^\]\\]|\\.)*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g
/** A path of the repository in back quotes; what is built is not there before a build. */
const QUOTED_PATH = /`((?:sdk|widget|server|rehearse|bench|scripts|docs|demo-site)\/[\w@./-]*)`/g
const BUILT = /^[\w-]+\/dist\/|^bench\/results|node_modules|…/

export function checkLinks() {
  return documents().flatMap((path) => {
    const text = prose(page(path))
    const links = [...text.matchAll(LINK)].flatMap(([, target]) => linkProblem(path, target))
    const paths = [...text.matchAll(QUOTED_PATH)]
      .filter(([, target]) => !BUILT.test(target) && !existsSync(target))
      .map(([, target]) => `there is no ${target}`)
    return [...links, ...paths].map((problem) => `${path}: ${problem}`)
  })
}

function linkProblem(path, target) {
  if (/^[a-z]+:/i.test(target)) return []
  const [file, anchor] = target.split('#')
  const full = file ? normalize(join(dirname(path), file)) : path
  if (full.startsWith('..')) return [`${target} leads out of the repository`]
  if (!existsSync(full)) return [`${target} leads nowhere`]
  if (!anchor || statSync(full).isDirectory() || !full.endsWith('.md')) return []
  return headings(full).includes(anchor) ? [] : [`${target}: ${full} has no such heading`]
}

/** As GitHub makes them. */
function headings(path) {
  return [...prose(page(path)).matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
    title
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
