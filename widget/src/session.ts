/**
 * Owns the `Chat` and the `Room` behind one element: opens them from the element's settings, follows changes, and
 * closes them when the element is gone. Renders nothing.
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
  type Chat,
  type ChatError,
  type ChatStatus,
  type Message,
  type Room,
  type StatusChange,
} from '@alcove/sdk'
import { CLIENT_LIMITS } from '@alcove/sdk/protocol'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { asChatError } from './errors.js'
import { tell } from './events.js'
import { Interruption, noticeOf, retrySeconds, type Notice } from './notice.js'
import { forgetGuest, identityOf, missingSetting, openChat, type Settings } from './settings.js'
import type { Divider } from './timeline.js'

export type SessionState =
  | { name: 'missing'; setting: string }
  | { name: 'connecting' }
  | { name: 'shut'; error: ChatError }
  | { name: 'open'; room: Room }
  | { name: 'closed' }

/**
 * The attempt to enter the requested room; `failed` is not retried automatically, unless the connection was missing.
 */
type Joining =
  { name: 'none' } | { name: 'asked'; room: string } | { name: 'failed'; room: string; error: ChatError }

const NOT_JOINING: Joining = { name: 'none' }

export interface SessionHost extends Settings, ReactiveControllerHost, HTMLElement {
  /** A different room, or none, is about to be shown. */
  roomChanged(room: Room | undefined): void
  messageArrived(message: Message): void
  /** The messages in view count as read. */
  readIfSeen(): void
  /** The messages shown before are void. */
  logReset(): void
}

export class SessionController implements ReactiveController {
  chat: Chat | undefined
  room: Room | undefined
  divider: Divider | undefined
  #destroyed = false
  /** The settings with which the chat was opened; a different value means a different chat. */
  #openedAs = ''
  /** Counts identify() and logout(): a fetcher's next token may be another person's. */
  #identityTurn = 0
  #name = ''
  #joining = NOT_JOINING
  /** The last reason for being offline or refused; kept while reconnecting, so that the view does not flicker. */
  #problem: ChatError | undefined
  #announceReady = false
  /** The open room is being re-entered as another person. */
  #isSomebodyElse = false
  #unread = 0
  #reported = ''
  #undoChat: (() => void)[] = []
  #undoRoom: (() => void)[] = []
  readonly #interruption: Interruption

  constructor(private readonly host: SessionHost) {
    this.#interruption = new Interruption(() => host.requestUpdate())
    host.addController(this)
  }

  get state(): SessionState {
    if (this.#destroyed) return { name: 'closed' }
    const setting = missingSetting(this.host)
    if (setting) return { name: 'missing', setting }
    if (this.room) return { name: 'open', room: this.room }
    const error = this.#joinError ?? this.#problem
    return error ? { name: 'shut', error } : { name: 'connecting' }
  }

  get notice(): Notice | undefined {
    const { chat, room } = this
    return chat && room && noticeOf(chat, room, this.#interruption.isOver, this.#joinError)
  }

  get retrySeconds(): number | undefined {
    return this.chat && retrySeconds(this.chat)
  }

  get limits(): { messageCharacters: number; nameCharacters: number } {
    return this.chat?.limits ?? CLIENT_LIMITS
  }

  hostConnected(): void {
    this.host.requestUpdate()
  }

  hostDisconnected(): void {
    // Removing and re-adding in the same task is a move: the connection stays.
    queueMicrotask(() => {
      if (!this.host.isConnected) this.#close()
    })
  }

  hostUpdate(): void {
    if (!this.host.isConnected || this.#destroyed) return
    const wanted = this.#identity()
    if (wanted !== this.#openedAs) this.#close()
    const missing = missingSetting(this.host)
    if (missing) return this.#report(missing, `missing "${missing}"`)
    if (!this.chat && !this.#problem) this.#open(wanted)
    this.#rename()
    void this.#settle()
  }

  hostUpdated(): void {
    if (!this.#announceReady || !this.room) return
    this.#announceReady = false
    tell(this.host, 'chat-ready', { room: this.room, me: this.chat?.me })
  }

  /**
   * Another person, or the same one with a working token. Immediately, because the caller's next line may send a
   * message.
   */
  identityChanged(): void {
    this.#identityTurn++
    this.#close()
    this.host.requestUpdate()
  }

  /** The settings request a different person from the one shown. */
  get isOutdated(): boolean {
    return this.chat !== undefined && this.#identity() !== this.#openedAs
  }

  /** Before anything else, because a page often navigates away right after a logout. */
  forgetGuest(): void {
    if (this.chat) void this.chat.logout()
    else forgetGuest(this.host)
  }

  tokenChanged(): void {
    // The same person with a new token: the SDK uses it at its next attempt, or immediately if it was refused.
    if (this.chat?.status === 'refused' && this.#identity() === this.#openedAs) this.retry()
  }

  retry(): void {
    if (!this.chat) return this.reload()
    if (this.#joining.name === 'failed') this.#joining = NOT_JOINING
    if (this.chat.status === 'offline' || this.chat.status === 'refused') this.chat.retry()
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

  get #joinError(): ChatError | undefined {
    return this.#joining.name === 'failed' ? this.#joining.error : undefined
  }

  #identity(): string {
    return `${this.#identityTurn} ${identityOf(this.host)}`
  }

  #open(identity: string): void {
    this.#openedAs = identity
    this.#name = this.host.name
    try {
      const chat = openChat(this.host)
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
    this.#interruption.clear()
    const { chat, room } = this
    this.#openedAs = ''
    this.chat = this.room = this.divider = this.#problem = undefined
    this.#joining = NOT_JOINING
    this.#announceReady = this.#isSomebodyElse = false
    if (room) {
      this.host.roomChanged(undefined)
      this.#roomUpdated()
    }
    chat?.close().catch(() => undefined)
  }

  #statusChanged(chat: Chat, change: StatusChange<ChatStatus>): void {
    const { current } = change
    this.#interruption.follow(current, this.room !== undefined)
    if (current === 'online') {
      this.#problem = undefined
      // A join that failed for lack of a connection is retried now that there is one.
      if (this.#joinError?.retryable) this.#joining = NOT_JOINING
    } else if (current === 'offline' || current === 'refused') {
      this.#problem = chat.error
      if (chat.error) this.#fail(chat.error)
    }
    tell(this.host, 'chat-status', change)
    this.host.requestUpdate()
  }

  #rename(): void {
    const { name } = this.host
    if (!this.chat || name === this.#name) return
    this.#name = name
    if (name && this.chat.renamable) this.chat.setName(name).catch((error) => this.#fail(asChatError(error)))
  }

  /** One join at a time; when it ends, the next update joins the room that is requested by then. */
  async #settle(): Promise<void> {
    const { chat } = this
    const wanted = this.host.room
    const joining = this.#joining
    if (!chat || joining.name === 'asked') return
    if (this.room?.id === wanted) {
      this.#joining = NOT_JOINING
      return
    }
    if (joining.name === 'failed' && joining.room === wanted) return
    this.#joining = { name: 'asked', room: wanted }
    try {
      const room = await chat.join(wanted, this.room ? { leave: [this.room.id] } : {})
      if (chat !== this.chat) return
      this.#joining = NOT_JOINING
      this.#enter(room)
    } catch (error) {
      if (chat === this.chat) this.#joinFailed(wanted, asChatError(error))
    }
    this.host.requestUpdate()
  }

  #joinFailed(room: string, error: ChatError): void {
    this.#joining = { name: 'failed', room, error }
    this.#fail(error)
  }

  #enter(room: Room): void {
    for (const undo of this.#undoRoom) undo()
    this.room = room
    this.divider = room.unread && room.readSeq ? { afterSeq: room.readSeq, missed: room.unread } : undefined
    this.#problem = undefined
    this.#unread = -1
    let wholeSeq = lastSeq(room)
    this.#undoRoom = [
      room.on('change', () => this.#roomUpdated()),
      room.on('status', ({ current, error }) => {
        if (current === 'catching-up') wholeSeq = lastSeq(room)
        if (current === 'failed' && error) this.#lost(room, error)
        if (current === 'joined') {
          this.#announceReady ||= this.#isSomebodyElse
          this.#isSomebodyElse = false
        }
        this.host.requestUpdate()
      }),
      room.on('message', (message) => {
        this.host.messageArrived(message)
        tell(this.host, 'chat-message', { message })
      }),
      room.on('caught-up', ({ missed }) => {
        if (missed) this.divider = { afterSeq: wholeSeq, missed }
        this.host.requestUpdate()
      }),
      room.on('reset', ({ reason }) => {
        this.divider = undefined
        if (reason !== 'user') return this.host.logReset()
        this.#isSomebodyElse = true
        this.host.roomChanged(room)
      }),
    ]
    this.#announceReady = true
    this.host.roomChanged(room)
    this.#roomUpdated()
  }

  /** Removed from the room, or unable to re-enter it after a break. */
  #lost(room: Room, error: ChatError): void {
    if (room !== this.room) return
    this.room = undefined
    for (const undo of this.#undoRoom) undo()
    this.#undoRoom = []
    this.host.roomChanged(undefined)
    this.#roomUpdated()
    // While another room is being joined, its answer decides what is shown.
    if (this.#joining.name === 'asked') this.#fail(error)
    else this.#joinFailed(room.id, error)
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
    this.#report(error.code, error)
  }

  /** Logged to the console once per reason, not once per attempt. */
  #report(reason: string, what: unknown): void {
    if (reason === this.#reported) return
    this.#reported = reason
    console.error('<chat-room>', what)
  }
}

export const lastSeq = (room: Room): number =>
  room.messages.findLast(({ seq }) => seq !== undefined)?.seq ?? 0
