/**
 * The limits known to both sides. The server enforces them; an app may set others, and `session:opened` gives the
 * client the ones in force.
 */
export const PROTOCOL_VERSION: number = 1
/**
 * The oldest version still spoken. Stays one below PROTOCOL_VERSION for as long as pages opened before a deploy may
 * live: they cannot be updated, only reloaded.
 */
export const OLDEST_PROTOCOL: number = 1

/** The limits a client applies itself; separate, because a page need not download the others. */
export const CLIENT_LIMITS = {
  /** Unicode code points in a message text. */
  messageCharacters: 4_000,
  /** Bytes of UTF-8 in a message text. */
  messageBytes: 16 * 1024,
  /** Bytes of JSON in a message's `meta`. */
  metaBytes: 4 * 1024,
  /** Unicode code points in a display name. */
  nameCharacters: 40,
  /** How long authors may edit and delete their messages; 0 means never. */
  editWindowSeconds: 86_400,
  handshakeTimeoutMs: 10_000,
  /** Bytes in one frame from a client. */
  frameBytes: 64 * 1024,
  /** Messages in one page of history. */
  historyPage: 100,
  /** Members above which typing is not shown. */
  typingMembers: 100,
  /** Members listed by name; above this only the count is sent. */
  listedMembers: 200,
} as const

export const LIMITS = {
  ...CLIENT_LIMITS,
  membersPerRoom: 1_000,
  roomsPerConnection: 50,
  connectionsPerUser: 10,
  connectionsPerAddress: 60,
  /** Sustained messages per second for one user. */
  messagesPerSecondPerUser: 5,
  /** Messages a user may send in a burst before the sustained rate applies. */
  messageBurstPerUser: 10,
  messagesPerSecondPerRoom: 50,
  /** Each user may react as often as they may send; beyond this rate a room accepts no more reactions. */
  reactionsPerSecondPerRoom: 200,
  /** How often one message may be edited: each text is kept until the message is deleted. */
  editsPerMessage: 100,
  /** Different emoji on one message. */
  reactionsPerMessage: 20,
  /** Different emoji of one person on one message, so that no account can use up those of the message by itself. */
  reactionsPerMessagePerUser: 5,
  messagesPerSecondPerApp: 5_000,
  /** Rooms created by a first join, by all visitors together. */
  newRoomsPerMinute: 600,
  /** Stored rooms; above this nobody can create another. */
  rooms: 100_000,
} as const

export type Limits = { readonly [K in keyof typeof LIMITS]: number }
export type ClientLimits = Pick<Limits, keyof typeof CLIENT_LIMITS>

/** 1-128 of `A-Za-z0-9._:@/-`, except `.` and `..`, which URLs drop from a path, percent-encoded or not. */
export const ROOM_ID_PATTERN = /^(?!\.\.?$)[A-Za-z0-9._:@/-]{1,128}$/
/** The rule in words. */
export const ROOM_ID_RULE = '1 to 128 of A-Z a-z 0-9 . _ : @ / -, and not . or ..'
