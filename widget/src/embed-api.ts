/** `window.Alcove` once the bundle runs: mounts what the loader queued and answers the page's commands. */
import type { ChatLauncher } from './chat-launcher.js'
import type { ChatRoom } from './chat-room.js'
import type { EmbedCommand, EmbedQueue, EmbedSettings } from './loader.js'
import { roomProperties } from './room-properties.js'

type Embedded = ChatRoom | ChatLauncher

export class EmbedApi implements EmbedQueue {
  /** What this page's script tags became, in the order they were mounted. */
  readonly elements: Embedded[] = []
  bundles?: Set<string>
  places?: WeakSet<Element>
  readonly #ready = new Map<Element, Event>()
  /** Launchers whose code is on its way: what the page asks of them waits. */
  #mounting: Promise<unknown> = Promise.resolve()

  push(...commands: EmbedCommand[]): void {
    for (const command of commands) {
      try {
        this.#run(command)
      } catch (error) {
        // One wrong command of the page must not keep the next one from running.
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
        throw new Error(`unknown command ${JSON.stringify(command[0])}`)
    }
  }

  /** Listens on the document, so that rooms mounted later are heard too. `ready` is also told afterwards. */
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
    const { mode, room, roomFrom } = settings
    const isLauncher = mode === 'launcher'
    if (!isLauncher && (room || !roomFrom)) return this.#mount(settings, place)
    this.#mounting = Promise.all([
      isLauncher && import('./define-launcher.js'),
      roomFrom && import('./page-room.js'),
      this.#mounting,
    ])
      .then(([, naming]) => this.#mount(settings, place, naming ? naming.roomFromPage(roomFrom!) : undefined))
      .catch((error: unknown) => console.error('Alcove: unable to mount a room;', error))
  }

  #mount(settings: EmbedSettings, place: Element, named?: string): void {
    const element = document.createElement(settings.mode === 'launcher' ? 'chat-launcher' : 'chat-room')
    const room = settings.room ?? named
    const values: Record<string, unknown> = { ...settings, room }
    for (const [name, { type }] of Object.entries<{ type?: unknown; attribute?: false }>(roomProperties)) {
      const value = values[name]
      if (type === Boolean)
        element.toggleAttribute(name, value === true || (typeof value === 'string' && value !== 'false'))
      else if (type && value != null) element.setAttribute(name, String(value))
    }
    if (!room && settings.roomFrom)
      element.missing = `data-room-from="${settings.roomFrom}" finds nothing on this page`
    const target = settings.target ? findTarget(settings.target) : undefined
    if (settings.target && !target) element.missing = `data-target="${settings.target}" matches no element`
    element.addEventListener('chat-ready', (event) => this.#ready.set(element, event), { once: true })
    this.elements.push(element)
    if (target) target.append(element)
    else if (settings.mode === 'launcher' || document.head.contains(place)) document.body.append(element)
    else place.after(element)
  }
}

function findTarget(selector: string): Element | null {
  try {
    return document.querySelector(selector)
  } catch {
    return null
  }
}

/** A target, a meta tag or the body may stand further down than the script that names it. */
function whenFindable(settings: EmbedSettings, place: Element, mount: () => void): void {
  const needsPage =
    settings.target || settings.roomFrom || settings.mode === 'launcher' || document.head.contains(place)
  if (needsPage && document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', mount, { once: true })
  else mount()
}
