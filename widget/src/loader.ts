/**
 * What embed.js does: reads the settings of its own script tag, queues them on `window.Alcove`, and loads the
 * module bundle once. It runs on other people's pages, so it touches nothing else and stays tiny; everything
 * that can wait is in bundle.ts.
 */

/** Settings of one embedded room: `data-*` of the script tag, or the same keys in a JSON block. */
export interface EmbedSettings {
  app?: string
  room?: string
  /** `inline` (default) or `launcher`. */
  mode?: string
  /** Selector of the element the room is put into, instead of where the script stands. */
  target?: string
  /** `pathname`, `canonical`, `title`, `og:title` or `meta:NAME`, instead of `room`. */
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
}

export type EmbedCommand =
  | [command: 'mount', settings: EmbedSettings, place: Element]
  | [command: 'on', event: string, listener: (event: Event) => void]
  | [command: 'identify', token: string]
  | [command: 'open' | 'close' | 'logout']

/** `window.Alcove`: an array until the bundle runs, then the bundle's API; `push` works on both. */
export interface EmbedQueue {
  push(...commands: EmbedCommand[]): unknown
  /** Bundles asked for, and places taken, so that a second embed.js on the page does neither again. */
  bundles?: Set<string>
  places?: WeakSet<Element>
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
  let mounted = 0

  const mount = (settings: EmbedSettings, place: Element): void => {
    mounted++
    queue.push(['mount', { server, ...settings }, place])
  }
  const mountBlocks = (): void => {
    for (const block of document.querySelectorAll('script[type="application/json"][data-alcove]')) {
      if (places.has(block)) continue
      places.add(block)
      try {
        for (const settings of [JSON.parse(block.textContent)].flat()) mount(settings, block)
      } catch (error) {
        explain(block, `the settings in <script data-alcove> are not valid JSON (${String(error)})`)
      }
    }
    // Without data-app the tag only carries the loader; with no room on the page either, something was forgotten.
    if (mounted || script.dataset['app'] || document.readyState === 'loading') return
    if (!document.querySelector('chat-room, chat-launcher')) mount({}, script)
  }

  if (places.has(script)) return
  places.add(script)
  if (script.dataset['app']) mount({ ...script.dataset }, script)
  mountBlocks()
  if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', mountBlocks, { once: true })
  load(queue, server + bundle.path, bundle.integrity, script)
}

function load(queue: EmbedQueue, url: string, integrity: string, script: HTMLScriptElement): void {
  const bundles = (queue.bundles ??= new Set())
  if (bundles.has(url)) return
  bundles.add(url)
  const module = document.createElement('script')
  module.type = 'module'
  module.crossOrigin = 'anonymous'
  if (integrity) module.integrity = integrity
  // A page with a nonce-based CSP trusts this loader; it passes that trust on to the one file it needs.
  if (script.nonce) module.nonce = script.nonce
  module.onerror = () => explain(script, `unable to load ${url}; it is blocked, unreachable, or was changed`)
  module.src = trusted(url)
  document.head.append(module)
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string
  }
}

/** Under `require-trusted-types-for 'script'` an address needs a policy; the CSP names it: `trusted-types alcove`. */
function trusted(url: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
  return trustedTypes?.createPolicy('alcove', { createScriptURL: (it) => it }).createScriptURL(url) ?? url
}

function explain(place: Element, reason: string): void {
  console.error(`Alcove: ${reason}`)
  if (document.head.contains(place)) return
  const note = document.createElement('p')
  note.textContent = `Chat is not available. Alcove: ${reason}.`
  place.after(note)
}
