/** Snippets that name a file stand in it as they are: `ts path` after the fence. Spaces at the ends of lines may differ. */
import { existsSync, readFileSync } from 'node:fs'
import { documents } from './pages.mjs'

const NAMED = /^```\w+ (?<path>\S+)\n(?<text>[\s\S]*?)^```$/gm

export function checkSnippets() {
  return documents().flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(NAMED)].flatMap(({ groups: { path, text } }) => {
      if (!existsSync(path)) return `${page}: a snippet is of ${path}, which is not there`
      if (trimmed(readFileSync(path, 'utf8')).includes(trimmed(text))) return []
      return `${page}: a snippet of ${path} is not in it: ${text.trim().split('\n')[0]}`
    }),
  )
}

const trimmed = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
