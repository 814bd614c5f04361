/** Entry of embed.js: `document.currentScript` is set only while the script first runs, and never in a module. */
import { start } from './loader.js'

/** Replaced at build time: the versioned path of the module bundle, and its `sha384-…` hash. */
declare const __ALCOVE_BUNDLE_PATH__: string
declare const __ALCOVE_BUNDLE_INTEGRITY__: string

const bundle = { path: __ALCOVE_BUNDLE_PATH__, integrity: __ALCOVE_BUNDLE_INTEGRITY__ }
const current = document.currentScript as HTMLScriptElement | null
if (current?.src) start(current, bundle)
else {
  // A module has no current script and runs once for all its tags, some of which may be added later.
  const startModules = (): void =>
    document
      .querySelectorAll<HTMLScriptElement>('script[type=module][src$="/embed.js"]')
      .forEach((tag) => start(tag, bundle))
  startModules()
  document.addEventListener('DOMContentLoaded', startModules)
  if (!window.Alcove) console.error('Alcove: embed.js needs a tag of its own')
}
