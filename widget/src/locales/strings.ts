/** The words of the interface. Data only, so that a page can override any of them and a translator needs no code. */

/** One form per plural category of the language (`Intl.PluralRules`); `other` is always there. */
export type Plural = { readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string }

/** `{n}`, `{a}`, `{b}` are filled in; `n` is written in the language's own digits. */
export interface Strings {
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
  discard: string
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
export type FirstStrings = Omit<Strings, keyof PeopleStrings | keyof LauncherStrings | keyof RefusalStrings>

export type PartialStrings = { readonly [K in keyof Strings]?: Strings[K] }
