/** The size budgets (docs: what a page pays for a chat room), measured on the built files as they travel: gzipped. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const KB = 1024
const EMBED = 'widget/dist/embed'

export function checkSizes() {
  const embed = gzipBytes(`${EMBED}/embed.js`)
  const bundle = scriptTagBytes()
  const sdk = gzipBytes('sdk/dist/alcove-sdk.min.js')
  return [
    budget('embed.js', embed, 2 * KB),
    budget('first view (embed.js, alcove.js and its imports)', embed + bundle, 42 * KB),
    budget('sdk in one file', sdk, 19 * KB),
  ]
}

/** Of the module that the script tag's loader fetches, with what that imports. */
export function scriptTagBytes() {
  const { files } = JSON.parse(readFileSync(`${EMBED}/widget/manifest.json`, 'utf8'))
  return withImports('alcove.js', files)
    .map((name) => gzipBytes(EMBED + files[name].path))
    .reduce((sum, bytes) => sum + bytes)
}

/** A file and what it imports at once; what it fetches on first use is not part of a first view. */
function withImports(name, files) {
  const names = new Set([name])
  // A set also goes over what is added on the way.
  for (const each of names) for (const imported of files[each].imports) names.add(imported)
  return [...names]
}

const gzipBytes = (path) => gzipSync(readFileSync(path), { level: 9 }).length

const inKb = (bytes) => `${(bytes / KB).toFixed(1)} KB`

const budget = (name, bytes, limit) => ({
  name,
  ok: bytes <= limit,
  detail: `${inKb(bytes)} of ${inKb(limit)}`,
})
