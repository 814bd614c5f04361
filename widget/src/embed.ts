/** Entry of embed.js, a classic script: `document.currentScript` is only there while it runs for the first time. */
import { start } from './loader.js'

/** Both are replaced at build time: the versioned path of the module bundle, and its `sha384-…` hash. */
declare const __ALCOVE_BUNDLE_PATH__: string
declare const __ALCOVE_BUNDLE_INTEGRITY__: string

const script = document.currentScript
if (script instanceof HTMLScriptElement && script.src) {
  start(script, { path: __ALCOVE_BUNDLE_PATH__, integrity: __ALCOVE_BUNDLE_INTEGRITY__ })
} else {
  console.error('Alcove: embed.js needs a tag of its own: <script async src=".../embed.js" data-app="...">')
}
