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
    budget('conversation.js, fetched after it', lazyBytes('conversation.js'), 14 * KB),
    budget('emoji-picker.js, fetched when it is opened', lazyBytes('emoji-picker.js'), 8 * KB),
    budget('sdk in one file', sdk, 19 * KB),
  ]
}

/** Of the module that the script tag's loader fetches, with what that imports. */
export const scriptTagBytes = () => bytesOf(withImports('alcove.js'))

/** Of what is fetched after it, without what is there by then. */
function lazyBytes(name) {
  const firstView = withImports('alcove.js')
  return bytesOf(withImports(name).filter((each) => !firstView.includes(each)))
}

/** A file and what it imports at once; what it fetches on first use is not part of a first view. */
function withImports(name) {
  const files = builtFiles()
  const names = new Set([name])
  // A set also goes over what is added on the way.
  for (const each of names) for (const imported of files[each].imports) names.add(imported)
  return [...names]
}

const builtFiles = () => JSON.parse(readFileSync(`${EMBED}/widget/manifest.json`, 'utf8')).files

function bytesOf(names) {
  const files = builtFiles()
  return names.map((name) => gzipBytes(EMBED + files[name].path)).reduce((sum, bytes) => sum + bytes, 0)
}

const gzipBytes = (path) => gzipSync(readFileSync(path), { level: 9 }).length

const inKb = (bytes) => `${(bytes / KB).toFixed(1)} KB`

const budget = (name, bytes, limit) => ({
  name,
  ok: bytes <= limit,
  detail: `${inKb(bytes)} of ${inKb(limit)}`,
})
