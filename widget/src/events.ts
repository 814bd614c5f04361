/** The events of `<chat-room>`: all bubble, cross shadow roots, and are typed. */
import type { ChatError, ChatStatus, Draft, Message, Room, StatusChange, User } from '@alcove/sdk'

export interface ChatReadyDetail {
  room: Room
  me: User | undefined
}

export interface ChatBeforeSendDetail {
  /** May be changed; what it holds when the listeners are done is sent. */
  draft: Draft
  /** The message that takes this text in place of its own; absent for a new one. */
  edited?: Message
}

export interface ChatUnreadDetail {
  unread: number
}

export interface ChatErrorDetail {
  error: ChatError
}

export interface ChatRoomEventMap {
  /** The room can be seen and written in; again after each switch of room. */
  'chat-ready': CustomEvent<ChatReadyDetail>
  'chat-status': CustomEvent<StatusChange<ChatStatus>>
  /** Once per new message, own ones too; not for history. */
  'chat-message': CustomEvent<{ message: Message }>
  /** Before a message, or an edited text, leaves the composer or `send()`. Cancelable. */
  'chat-before-send': CustomEvent<ChatBeforeSendDetail>
  'chat-unread': CustomEvent<ChatUnreadDetail>
  'chat-error': CustomEvent<ChatErrorDetail>
}

/** Dispatches one of them; false when a listener cancelled it. */
export function tell<E extends keyof ChatRoomEventMap>(
  target: EventTarget,
  type: E,
  detail: ChatRoomEventMap[E]['detail'],
): boolean {
  return target.dispatchEvent(
    new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: type === 'chat-before-send' }),
  )
}

declare global {
  // So that `document.addEventListener('chat-message', …)` is typed: the events bubble up to it.
  interface HTMLElementEventMap extends ChatRoomEventMap {}
  interface DocumentEventMap extends ChatRoomEventMap {}
}
