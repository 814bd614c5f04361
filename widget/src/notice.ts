/**
 * The notice above the messages while the room stays on screen: a broken connection with a countdown, its return, a
 * refusal, or another room that could not be opened.
 */
import type { Chat, ChatError, ChatStatus, Room } from '@alcove/sdk'

export type Notice =
  | { name: 'reconnecting' }
  | { name: 'offline'; seconds: number | undefined }
  | { name: 'online' }
  | { name: 'refused'; error: ChatError }
  | { name: 'switch-failed'; error: ChatError }

const ONLINE_NOTICE_MS = 3_000

export const retrySeconds = ({ retryInMs }: Chat): number | undefined =>
  retryInMs === undefined ? undefined : Math.max(1, Math.ceil(retryInMs / 1000))

export function noticeOf(
  chat: Chat,
  room: Room,
  isBackOnline: boolean,
  switchError: ChatError | undefined,
): Notice | undefined {
  if (chat.status === 'refused' && chat.error) return { name: 'refused', error: chat.error }
  if (chat.status === 'offline') return { name: 'offline', seconds: retrySeconds(chat) }
  if (chat.status === 'connecting' || room.status === 'catching-up') return { name: 'reconnecting' }
  if (switchError) return { name: 'switch-failed', error: switchError }
  return isBackOnline ? { name: 'online' } : undefined
}

/** A break of the connection, from the first failure until its end has been announced. */
export class Interruption {
  #phase: 'none' | 'away' | 'over' = 'none'
  #ticker: ReturnType<typeof setInterval> | undefined
  #overTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly changed: () => void) {}

  /** The connection is back, and the notice of it is still shown. */
  get isOver(): boolean {
    return this.#phase === 'over'
  }

  /** `isShown`: the reader saw the room without a connection and should learn of its return. */
  follow(status: ChatStatus, isShown: boolean): void {
    clearInterval(this.#ticker)
    if (status === 'online' && this.#phase === 'away') this.#end(isShown)
    if (status !== 'offline' && status !== 'refused') return
    this.clear()
    this.#phase = 'away'
    if (status === 'offline') this.#ticker = setInterval(this.changed, 1_000)
  }

  clear(): void {
    clearInterval(this.#ticker)
    clearTimeout(this.#overTimer)
    this.#phase = 'none'
  }

  #end(isShown: boolean): void {
    this.clear()
    if (!isShown) return
    this.#phase = 'over'
    this.#overTimer = setTimeout(() => {
      this.#phase = 'none'
      this.changed()
    }, ONLINE_NOTICE_MS)
  }
}
