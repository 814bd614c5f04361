/** The words of the interface. Data only, so that a page can override any of them and a translator needs no code. */

/** One form per plural category of the language (`Intl.PluralRules`); `other` is always there. */
export type Plural = { readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string }

/** What can be done with a message: the words of the part `conversation`, fetched with it in each language. */
export interface ConversationStrings {
  /** Names the buttons beside a message. `{text}`: its beginning. */
  actionsOf: string
  more: string
  edit: string
  copy: string
  remove: string
  copied: string
  copyFailed: string
  /** In the field, and of the field, while a message is edited in it. */
  editing: string
  saveEdit: string
  leaveEdit: string
  /** Said aloud. */
  editSaved: string
  removeAsk: string
  keep: string
  /** Said aloud. */
  removed: string
  undo: string
  /** Said aloud after `undo`. */
  restored: string
  /** Below a message; why follows. */
  editFailed: string
  removeFailed: string
  discard: string
  windowClosed: string
  alreadyGone: string
  notAllowed: string
}

/** `{n}`, `{a}`, `{b}` are filled in; `n` is written in the language's own digits. */
export interface Strings extends ConversationStrings {
  chat: string
  messages: string
  /** `{n}`: people in the room. */
  people: Plural
  peopleTitle: string
  /** `{n}`: people who are here but not listed. */
  morePeople: Plural
  you: string
  yourName: string
  change: string
  save: string
  cancel: string
  close: string
  /** `{n}`: characters allowed. */
  nameInvalid: Plural
  placeholder: string
  send: string
  /** `{n}`: characters that still fit. */
  left: Plural
  /** `{n}`: characters too many. */
  over: Plural
  readOnly: string
  sending: string
  /** Under a message that is written without a connection. */
  waiting: string
  notSent: string
  retry: string
  /** Beside the time. */
  edited: string
  /** In place of what was written. */
  deleted: string
  /** Under a message that is too long to be shown whole. */
  showMore: string
  /** `{n}`: messages below the fold. */
  newMessages: Plural
  /** `{n}`: messages that came while there was no connection. */
  missed: Plural
  latest: string
  beginning: string
  loading: string
  olderFailed: string
  emptyTitle: string
  emptyText: string
  typingOne: string
  typingTwo: string
  typingMany: string
  connecting: string
  reconnecting: string
  online: string
  offline: string
  /** `{n}`: seconds. */
  retryIn: Plural
  switchFailed: string
  unreachableTitle: string
  unreachableText: string
  notFoundTitle: string
  notFoundText: string
  fullTitle: string
  fullText: string
  /** Of an app that takes signed users only. */
  membersOnlyTitle: string
  membersOnlyText: string
  /** Of a token that ended or is not valid. */
  signInTitle: string
  signInText: string
  setupTitle: string
  setupText: string
  busyTitle: string
  busyText: string
  errorTitle: string
  errorText: string
  closedTitle: string
  details: string
  openChat: string
  closeChat: string
  /** `{n}`: unread messages. */
  unread: Plural
}

export type PeopleStrings = Pick<
  Strings,
  'peopleTitle' | 'morePeople' | 'yourName' | 'change' | 'save' | 'cancel' | 'close' | 'nameInvalid'
>
export type LauncherStrings = Pick<Strings, 'closeChat' | 'unread'>
export type RefusalStrings = Pick<Strings, 'details'>
/** What a room needs before any further part of it is fetched. */
export type FirstStrings = Omit<
  MainStrings,
  keyof PeopleStrings | keyof LauncherStrings | keyof RefusalStrings
>
/** All but what comes with a part of its own in every language. */
export type MainStrings = Omit<Strings, keyof ConversationStrings>

export type PartialStrings = { readonly [K in keyof Strings]?: Strings[K] }
