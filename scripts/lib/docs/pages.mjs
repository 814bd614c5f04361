/** The documentation's pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const TOP = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
const PACKAGES = ['sdk', 'widget', 'server', 'rehearse', 'bench']

/** Paths of all Markdown files, from the workspace's folder. */
export function documents() {
  const inPackages = PACKAGES.flatMap((folder) =>
    ['README.md', 'CHANGELOG.md'].map((name) => `${folder}/${name}`),
  )
  const inDocs = readdirSync('docs', { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
  return [...TOP, ...inPackages, ...inDocs].filter((path) => existsSync(path)).sort()
}

export const page = (path) => readFileSync(path, 'utf8')

/** Without code blocks, whose brackets and words are not the page's own. */
export const prose = (text) => text.replace(/^([ \t]*)(```+|~~~+)[^\n]*\n[\s\S]*?^[ \t]*\2[ \t]*$/gm, '')
