/** The events of `<chat-room>`: all of them bubble, cross shadow roots, and are typed. */
import type { ChatError, ChatStatus, Draft, Message, Room, StatusChange, User } from '@alcove/sdk'

export interface ChatReadyDetail {
  room: Room
  me: User | undefined
}

export interface ChatBeforeSendDetail {
  /** May be changed; its contents after the last listener are sent. */
  draft: Draft
  /** The message whose text this replaces; absent for a new message. */
  edited?: Message
}

export interface ChatUnreadDetail {
  unread: number
}

export interface ChatErrorDetail {
  error: ChatError
}

export interface ChatRoomEventMap {
  /** The room is shown and can be used; fired again after each switch of rooms. */
  'chat-ready': CustomEvent<ChatReadyDetail>
  'chat-status': CustomEvent<StatusChange<ChatStatus>>
  /** Once per new message, including the reader's own; not for history. */
  'chat-message': CustomEvent<{ message: Message }>
  /** Before a message, or an edited text, leaves the composer or `send()`. Cancelable. */
  'chat-before-send': CustomEvent<ChatBeforeSendDetail>
  'chat-unread': CustomEvent<ChatUnreadDetail>
  'chat-error': CustomEvent<ChatErrorDetail>
}

/** Dispatches an event; false if a listener cancelled it. */
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
  // Types `document.addEventListener('chat-message', …)`, because the events bubble up to the document.
  interface HTMLElementEventMap extends ChatRoomEventMap {}
  interface DocumentEventMap extends ChatRoomEventMap {}
}
