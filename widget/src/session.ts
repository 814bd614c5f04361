/**
 * Owns the `Chat` and the `Room` behind one element: opens them from the element's settings, follows changes,
 * closes them when the element is gone. It renders nothing.
 *
 * | state      | when                                                    | leaves by                            |
 * |------------|---------------------------------------------------------|--------------------------------------|
 * | missing    | `server`, `app` or `room` is not set                    | setting it                           |
 * | connecting | asked, no answer yet                                    | joined, or an error                  |
 * | shut       | no room to show: refused, unreachable, or join failed   | retry, reload, another setting       |
 * | open       | a room is on screen, whatever the connection does       | another identity, destroy            |
 * | closed     | `destroy()` was called                                  | reload                               |
 */
import {
  ChatError,
  createChat,
  type Chat,
  type ChatOptions,
  type Message,
  type Room,
  type TokenFetcher,
} from '@alcove/sdk'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { tell } from './events.js'
import type { Divider } from './timeline.js'
import { tokenSubject } from './token.js'

export type SessionState =
  | { name: 'missing'; setting: string }
  | { name: 'connecting' }
  | { name: 'shut'; error: ChatError }
  | { name: 'open'; room: Room }
  | { name: 'closed' }

/** What stands above the messages while the room stays on screen. */
export type Notice =
  | { name: 'reconnecting' }
  | { name: 'offline'; seconds: number | undefined }
  | { name: 'online' }
  | { name: 'refused'; error: ChatError }
  | { name: 'switch-failed'; error: ChatError }

export type CreateChat = (options: ChatOptions) => Chat

export interface SessionHost extends ReactiveControllerHost, HTMLElement {
  readonly server: string
  readonly app: string
  readonly room: string
  readonly name: string
  readonly token: string
  readonly tokenFetcher: TokenFetcher | undefined
  readonly missing: string
  readonly createChat: CreateChat | undefined
  /** Another room, or none, is about to be shown. */
  roomChanged(room: Room | undefined): void
  messageArrived(message: Message): void
  /** What the reader has in sight is read. */
  readIfSeen(): void
  /** What was shown before is void. */
  logReset(): void
}

const ONLINE_NOTICE_MS = 3_000

export class SessionController implements ReactiveController {
  chat: Chat | undefined
  room: Room | undefined
  divider: Divider | undefined
  #destroyed = false
  /** Settings the chat was opened with; another value means another chat. */
  #openedAs = ''
  /** Counts identify() and logout(): a fetcher's next token may be another person's. */
  #identityTurn = 0
  #name = ''
  #joining: string | undefined
  #failedRoom: string | undefined
  #joinError: ChatError | undefined
  /** The last reason for being offline or refused; kept while reconnecting, so that screens do not flicker. */
  #problem: ChatError | undefined
  #interrupted = false
  #justOnline = false
  #announceReady = false
  #unread = 0
  #reported = ''
  #undoChat: (() => void)[] = []
  #undoRoom: (() => void)[] = []
  #ticker: ReturnType<typeof setInterval> | undefined
  #onlineTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly host: SessionHost) {
    host.addController(this)
  }

  get state(): SessionState {
    if (this.#destroyed) return { name: 'closed' }
    const setting = this.#missing()
    if (setting) return { name: 'missing', setting }
    if (this.room) return { name: 'open', room: this.room }
    const error = this.#joinError ?? this.#problem
    return error ? { name: 'shut', error } : { name: 'connecting' }
  }

  get notice(): Notice | undefined {
    const { chat, room } = this
    if (!chat || !room) return undefined
    if (chat.status === 'refused' && chat.error) return { name: 'refused', error: chat.error }
    if (chat.status === 'offline') return { name: 'offline', seconds: this.retrySeconds }
    if (chat.status === 'connecting' || room.status === 'catching-up') return { name: 'reconnecting' }
    if (this.#joinError) return { name: 'switch-failed', error: this.#joinError }
    return this.#justOnline ? { name: 'online' } : undefined
  }

  get retrySeconds(): number | undefined {
    const wait = this.chat?.retryInMs
    return wait === undefined ? undefined : Math.max(1, Math.ceil(wait / 1000))
  }

  hostConnected(): void {
    this.host.requestUpdate()
  }

  hostDisconnected(): void {
    // Taken out and put back in the same task is a move: the connection stays.
    queueMicrotask(() => {
      if (!this.host.isConnected) this.#close()
    })
  }

  hostUpdate(): void {
    if (!this.host.isConnected || this.#destroyed) return
    const wanted = this.#identity()
    if (wanted !== this.#openedAs) this.#close()
    if (this.#missing()) return this.#report(this.#missing(), () => `missing "${this.#missing()}"`)
    if (!this.chat && !this.#problem) this.#open(wanted)
    this.#rename()
    void this.#settle()
  }

  hostUpdated(): void {
    if (!this.#announceReady || !this.room) return
    this.#announceReady = false
    tell(this.host, 'chat-ready', { room: this.room, me: this.chat?.me })
  }

  /** Another person, or the same one with a token that works again. */
  identityChanged(): void {
    this.#identityTurn++
    this.host.requestUpdate()
  }

  tokenChanged(): void {
    // The same person with a new token: the SDK takes it at its next attempt, and now if it was refused.
    if (this.chat?.status === 'refused' && this.#identity() === this.#openedAs) this.retry()
  }

  retry(): void {
    if (!this.chat) return this.reload()
    this.#failedRoom = undefined
    if (this.chat.status === 'offline' || this.chat.status === 'refused') this.chat.retry()
    else this.#joinError = undefined
    this.host.requestUpdate()
  }

  reload(): void {
    this.#close()
    this.#destroyed = false
    this.host.requestUpdate()
  }

  destroy(): void {
    this.#close()
    this.#destroyed = true
    this.host.requestUpdate()
  }

  #missing(): string {
    const { host } = this
    return (
      host.missing || (!host.server ? 'server' : '') || (!host.app ? 'app' : '') || (!host.room ? 'room' : '')
    )
  }

  #identity(): string {
    const { server, app, token, tokenFetcher } = this.host
    const person = tokenFetcher ? 'fetcher' : token && tokenSubject(token)
    return JSON.stringify([server, app, person, this.#identityTurn, this.#missing()])
  }

  #open(identity: string): void {
    this.#openedAs = identity
    const { server, app, name } = this.host
    this.#name = name
    try {
      const chat = (this.host.createChat ?? createChat)({
        server,
        app,
        ...(name && { user: { name } }),
        // Read at each attempt: a page may hand in a fresh token, or a new closure, at any time.
        ...((this.host.token || this.host.tokenFetcher) && {
          token: () => this.host.tokenFetcher?.() ?? this.host.token,
        }),
      })
      this.chat = chat
      this.#undoChat = [
        chat.on('status', (change) => this.#statusChanged(chat, change)),
        chat.on('me', () => this.host.requestUpdate()),
      ]
    } catch (error) {
      this.#fail(asChatError(error))
      this.#problem = asChatError(error)
    }
  }

  #close(): void {
    for (const undo of [...this.#undoRoom, ...this.#undoChat]) undo()
    this.#undoRoom = this.#undoChat = []
    clearInterval(this.#ticker)
    clearTimeout(this.#onlineTimer)
    this.#ticker = this.#onlineTimer = undefined
    const { chat, room } = this
    this.#openedAs = ''
    this.chat = this.room = this.divider = undefined
    this.#joining = this.#failedRoom = this.#joinError = this.#problem = undefined
    this.#interrupted = this.#justOnline = this.#announceReady = false
    if (room) this.host.roomChanged(undefined)
    chat?.close().catch(() => undefined)
  }

  #statusChanged(chat: Chat, change: Parameters<Parameters<typeof chat.on<'status'>>[1]>[0]): void {
    const { current } = change
    clearInterval(this.#ticker)
    this.#ticker = undefined
    if (current === 'online') {
      this.#problem = undefined
      // What failed for want of a connection is tried again now that there is one.
      if (this.#joinError?.retryable) this.#failedRoom = this.#joinError = undefined
      if (this.#interrupted) this.#showOnline()
      this.#interrupted = false
    } else if (current === 'offline' || current === 'refused') {
      this.#problem = chat.error
      this.#interrupted = true
      if (chat.error) this.#fail(chat.error)
      if (current === 'offline') this.#ticker = setInterval(() => this.host.requestUpdate(), 1_000)
    }
    tell(this.host, 'chat-status', change)
    this.host.requestUpdate()
  }

  #showOnline(): void {
    if (!this.room) return
    this.#justOnline = true
    clearTimeout(this.#onlineTimer)
    this.#onlineTimer = setTimeout(() => {
      this.#justOnline = false
      this.host.requestUpdate()
    }, ONLINE_NOTICE_MS)
  }

  #rename(): void {
    const { name } = this.host
    if (!this.chat || name === this.#name) return
    this.#name = name
    if (name && this.chat.renamable) this.chat.setName(name).catch((error) => this.#fail(asChatError(error)))
  }

  /** One join at a time; when it ends the next update joins whatever is wished by then. */
  async #settle(): Promise<void> {
    const { chat } = this
    const wanted = this.host.room
    if (!chat || this.#joining !== undefined) return
    if (this.room?.id === wanted) {
      this.#joinError = this.#failedRoom = undefined
      return
    }
    if (wanted === this.#failedRoom) return
    this.#joining = wanted
    this.#joinError = undefined
    try {
      const room = await chat.join(wanted, this.room ? { leave: [this.room.id] } : {})
      if (chat === this.chat) this.#enter(room)
    } catch (error) {
      if (chat !== this.chat) return
      this.#failedRoom = wanted
      this.#joinError = asChatError(error)
      this.#fail(this.#joinError)
    } finally {
      if (chat === this.chat) {
        this.#joining = undefined
        this.host.requestUpdate()
      }
    }
  }

  #enter(room: Room): void {
    for (const undo of this.#undoRoom) undo()
    this.room = room
    this.divider =
      room.unread > 0 && room.readSeq > 0 ? { afterSeq: room.readSeq, missed: room.unread } : undefined
    this.#problem = undefined
    this.#unread = -1
    let wholeSeq = lastSeq(room)
    this.#undoRoom = [
      room.on('change', () => this.#roomUpdated()),
      room.on('status', ({ current, error }) => {
        if (current === 'catching-up') wholeSeq = lastSeq(room)
        if (current === 'failed' && error) this.#lost(room, error)
        this.host.requestUpdate()
      }),
      room.on('message', (message) => {
        this.host.messageArrived(message)
        tell(this.host, 'chat-message', { message })
      }),
      room.on('caught-up', ({ missed }) => {
        if (missed > 0) this.divider = { afterSeq: wholeSeq, missed }
        this.host.requestUpdate()
      }),
      room.on('reset', () => {
        this.divider = undefined
        this.host.logReset()
      }),
    ]
    this.#announceReady = true
    this.host.roomChanged(room)
    this.#roomUpdated()
  }

  /** Put out of the room, or it cannot be entered again after a break. */
  #lost(room: Room, error: ChatError): void {
    if (room !== this.room) return
    this.#joinError = error
    this.#failedRoom = room.id
    this.room = undefined
    for (const undo of this.#undoRoom) undo()
    this.#undoRoom = []
    this.host.roomChanged(undefined)
    this.#fail(error)
  }

  #roomUpdated(): void {
    this.host.readIfSeen()
    const unread = this.room?.unread ?? 0
    if (unread !== this.#unread) {
      this.#unread = unread
      tell(this.host, 'chat-unread', { unread })
    }
    this.host.requestUpdate()
  }

  #fail(error: ChatError): void {
    tell(this.host, 'chat-error', { error })
    this.#report(error.code, () => error)
  }

  /** To the console once per reason, not once per attempt. */
  #report(reason: string, what: () => unknown): void {
    if (reason === this.#reported) return
    this.#reported = reason
    console.error('<chat-room>', what())
  }
}

export const lastSeq = (room: Room): number =>
  room.messages.findLast(({ seq }) => seq !== undefined)?.seq ?? 0

export function asChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error
  return new ChatError(
    'internal',
    `unable to show the room; ${error instanceof Error ? error.message : error}`,
    {
      cause: error,
    },
  )
}
