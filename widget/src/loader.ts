/**
 * The code of embed.js: reads the settings of its script tag, queues them on `window.Alcove`, and loads the module
 * bundle once. It runs on other people's pages, so it touches nothing else and stays tiny; everything that can wait is
 * in bundle.ts.
 */

/** Settings of one embedded room: `data-*` of the script tag, or the same keys in a JSON block. */
export interface EmbedSettings {
  app?: string
  room?: string
  /** `inline` (default) or `launcher`. */
  mode?: string
  /** Selector of the element to put the room into, instead of the position of the script. */
  target?: string
  /** `pathname`, `canonical`, `title`, `og:title` or `meta:NAME`; replaces `room`. */
  roomFrom?: string
  server?: string
  theme?: string
  lang?: string
  name?: string
  token?: string
  density?: string
  heading?: string
  sound?: string | boolean
  debug?: string | boolean
  /** Set during loading: why there can be no room. */
  missing?: string
}

export type EmbedCommand =
  | [command: 'mount', settings: EmbedSettings, place: Element]
  | [command: 'on', event: string, listener: (event: Event) => void]
  | [command: 'identify', token: string]
  | [command: 'open' | 'close' | 'logout']

/** `window.Alcove`: an array until the bundle runs, then the bundle's API; `push` works on both. */
export interface EmbedQueue {
  push(...commands: EmbedCommand[]): unknown
  /** Bundles requested and script tags handled, so that a second embed.js on the page repeats neither. */
  bundles?: Set<string> | undefined
  places?: WeakSet<Element> | undefined
}

declare global {
  interface Window {
    Alcove?: EmbedQueue
  }
}

export interface BundleAddress {
  path: string
  integrity: string
}

export function start(script: HTMLScriptElement, bundle: BundleAddress): void {
  const queue = (window.Alcove ??= [] as EmbedCommand[] & EmbedQueue)
  const places = (queue.places ??= new WeakSet())
  const server = new URL(script.src).origin
  let hasBlock = false

  const mount = (settings: EmbedSettings, place: Element): void => {
    queue.push(['mount', { server, ...settings }, place])
  }
  const mountBlocks = (): void => {
    for (const block of document.querySelectorAll('script[data-alcove][type="application/json"]')) {
      hasBlock = true
      if (places.has(block)) continue
      places.add(block)
      try {
        for (const settings of [JSON.parse(block.textContent)].flat()) mount(settings, block)
      } catch (error) {
        explain(block, `the settings in <script data-alcove> are not valid JSON (${error})`)
      }
    }
    // Without data-app the tag only provides the loader; if the page has no room either, something was forgotten.
    if (hasBlock || script.dataset['app'] || document.readyState === 'loading') return
    if (!document.querySelector('chat-room, chat-launcher')) mount({ ...script.dataset }, script)
  }

  if (places.has(script)) return
  places.add(script)
  if (script.dataset['app']) mount({ ...script.dataset }, script)
  mountBlocks()
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mountBlocks)
  load(queue, server + bundle.path, bundle.integrity, script)
}

function load(queue: EmbedQueue, url: string, integrity: string, script: HTMLScriptElement): void {
  const bundles = (queue.bundles ??= new Set())
  if (bundles.has(url)) return
  bundles.add(url)
  const module = document.createElement('script')
  module.type = 'module'
  module.crossOrigin = ''
  module.integrity = integrity
  // A page with a nonce-based CSP trusts this loader, which passes that trust on to the one file it needs.
  module.nonce = script.nonce
  const fail = (reason: string): void => explain(script, `unable to load ${url}; ${reason}`)
  module.onerror = () => fail('it is blocked, unreachable, or was changed')
  // Also fires for a module that throws.
  module.onload = () => {
    if ('length' in window.Alcove!) fail(THREW)
  }
  try {
    module.src = trusted(url)
    document.head.append(module)
  } catch {
    fail(THREW)
  }
}

/** Both policies are created before anything else, and nothing else is known to throw. */
const THREW = 'it failed. A trusted-types list needs alcove and lit-html'

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string
  }
}

/**
 * Under `require-trusted-types-for 'script'` a URL needs a policy, which the CSP has to allow: `trusted-types alcove`.
 */
function trusted(url: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
  return trustedTypes?.createPolicy('alcove', { createScriptURL: (it) => it }).createScriptURL(url) ?? url
}

function explain(place: Element, reason: string): void {
  const said = `Alcove: ${reason}`
  console.error(said)
  if (document.head.contains(place)) return
  const note = document.createElement('p')
  note.textContent = `Chat is not available. ${said}.`
  place.after(note)
}
