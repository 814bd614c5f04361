/** `window.Alcove` once the bundle runs: mounts what the loader queued and answers the page's commands. */
import type { ChatLauncher } from './chat-launcher.js'
import type { ChatRoom } from './chat-room.js'
import type { EmbedCommand, EmbedQueue, EmbedSettings } from './loader.js'
import { roomProperties } from './room-properties.js'

type Embedded = ChatRoom | ChatLauncher

export class EmbedApi implements EmbedQueue {
  /** The elements created for this page's script tags, in mounting order. */
  readonly elements: Embedded[] = []
  bundles: Set<string> | undefined
  places: WeakSet<Element> | undefined
  readonly #ready = new Map<Element, Event>()
  /** Launchers whose code is still loading; commands for them wait. */
  #mounting: Promise<unknown> = Promise.resolve()

  push(...commands: EmbedCommand[]): void {
    for (const command of commands) {
      try {
        this.#run(command)
      } catch (error) {
        // One failing command must not prevent the next one from running.
        console.error('Alcove:', error)
      }
    }
  }

  #run(command: EmbedCommand): void {
    switch (command[0]) {
      case 'mount':
        return whenFindable(command[1], command[2], () => this.#prepare(command[1], command[2]))
      case 'on':
        return this.#on(command[1], command[2])
      case 'identify':
        return this.#each((element) => element.identify(command[1]))
      case 'logout':
        return this.#each((element) => element.logout())
      case 'open':
      case 'close':
        return this.#each((element) => {
          if ('open' in element) element.open = command[0] === 'open'
        })
      default:
        throw new Error(`unknown command ${String(command[0])}`)
    }
  }

  /** Listens on the document, so that rooms mounted later are covered. `ready` is also reported to late listeners. */
  #on(event: string, listener: (event: Event) => void): void {
    document.addEventListener(`chat-${event}`, (fact) => {
      if (this.elements.includes(fact.target as Embedded)) listener(fact)
    })
    if (event === 'ready') for (const fact of this.#ready.values()) listener(fact)
  }

  #each(act: (element: Embedded) => void): void {
    void this.#mounting.then(() => this.elements.forEach(act))
  }

  #prepare(settings: EmbedSettings, place: Element): void {
    const isLauncher = settings.mode === 'launcher'
    const { roomFrom } = settings
    if (!isLauncher && !roomFrom) return this.#mount(settings, place)
    this.#mounting = Promise.all([
      isLauncher && import('./define-launcher.js'),
      roomFrom && import('./page-room.js'),
      this.#mounting,
    ])
      .then(([, naming]) => this.#mount(naming ? naming.namedByPage(settings) : settings, place))
      .catch((error: unknown) => console.error('Alcove:', error))
  }

  #mount(settings: EmbedSettings, place: Element): void {
    const element = document.createElement(settings.mode === 'launcher' ? 'chat-launcher' : 'chat-room')
    for (const [name, { type }] of Object.entries<{ type?: unknown; attribute?: false }>(roomProperties)) {
      const value = settings[name as keyof EmbedSettings]
      if (type === Boolean) element.toggleAttribute(name, String(value ?? false) !== 'false')
      else if (type && value != null) element.setAttribute(name, String(value))
    }
    if (settings.missing) element.missing = settings.missing
    const target = settings.target ? findTarget(settings.target) : undefined
    if (settings.target && !target) element.missing = `data-target="${settings.target}" matches no element`
    element.addEventListener('chat-ready', (event) => this.#ready.set(element, event), { once: true })
    this.elements.push(element)
    if (target) target.append(element)
    else if (settings.mode === 'launcher' || document.head.contains(place)) document.body.append(element)
    else place.after(element)
    // For the site's developers; visitors do not download it.
    if (settings.debug != null || /^(127\.|$)|localhost$/.test(location.hostname))
      import('./setup-check.js').then(
        ({ check }) => check(settings, element),
        () => undefined,
      )
  }
}

function findTarget(selector: string): Element | null {
  try {
    return document.querySelector(selector)
  } catch {
    return null
  }
}

/** A target, a meta tag or the body may come after the script in the document. */
function whenFindable(settings: EmbedSettings, place: Element, mount: () => void): void {
  const needsPage =
    settings.target || settings.roomFrom || settings.mode === 'launcher' || document.head.contains(place)
  if (needsPage && document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mount)
  else mount()
}
