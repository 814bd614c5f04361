/** The strings of the interface. Data only, so that a page can override any of them and translators need no code. */

/** One form per plural category of the language (`Intl.PluralRules`); `other` is required. */
export type Plural = { readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string }

/** The message actions: the strings of the part `conversation`, fetched with it in each language. */
export interface ConversationStrings {
  /** Label of the buttons next to a message. `{text}`: its beginning. */
  actionsOf: string
  more: string
  edit: string
  copy: string
  remove: string
  copied: string
  copyFailed: string
  /** Placeholder and label of the field while a message is edited in it. */
  editing: string
  saveEdit: string
  leaveEdit: string
  /** Announced. */
  editSaved: string
  removeAsk: string
  keep: string
  /** Announced. */
  removed: string
  undo: string
  /** Announced after `undo`. */
  restored: string
  /** Below a message; the reason follows. */
  editFailed: string
  removeFailed: string
  discard: string
  reactFailed: string
  unreactFailed: string
  windowClosed: string
  alreadyGone: string
  notAllowed: string
  mayNotReact: string
  tooFast: string
  tooManyReactions: string
  react: string
  /** Names the chips below a message. */
  reactions: string
  /** Of a chip. `{text}`: the emoji, `{n}`: people. */
  reactedBy: Plural
  /** The same; oneself is one of the `{n}`. */
  reactedByYou: Plural
  /** Said aloud. `{text}`: the emoji. */
  reacted: string
  unreacted: string
  /** Said aloud. `{a}`: emoji, `{b}`: the beginning of the message. */
  reactedToYours: string
  allEmoji: string
  searchEmoji: string
  noEmoji: string
}

/** `{n}`, `{a}` and `{b}` are placeholders; `n` is written in the language's own digits. */
export interface Strings extends ConversationStrings {
  chat: string
  messages: string
  /** `{n}`: people in the room. */
  people: Plural
  peopleTitle: string
  /** `{n}`: people who are present but not listed. */
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
  /** Next to the time. */
  edited: string
  /** Shown instead of the text. */
  deleted: string
  /** Below a message that is too long to be shown in full. */
  showMore: string
  /** `{n}`: messages below the fold. */
  newMessages: Plural
  /** `{n}`: messages that arrived while there was no connection. */
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
  /** For an app that accepts only signed users. */
  membersOnlyTitle: string
  membersOnlyText: string
  /** For a token that is expired or invalid. */
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
/** The strings a room needs before any further part is fetched. */
export type FirstStrings = Omit<
  MainStrings,
  keyof PeopleStrings | keyof LauncherStrings | keyof RefusalStrings
>
/** All strings except those that every language loads as a separate part. */
export type MainStrings = Omit<Strings, keyof ConversationStrings>

export type PartialStrings = { readonly [K in keyof Strings]?: Strings[K] }
