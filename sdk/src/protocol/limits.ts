/**
 * The limits both sides know (design section 11). The server enforces them; each app may set others, and
 * `session:opened` tells the client the ones in force.
 */
export const PROTOCOL_VERSION: number = 1
/**
 * The oldest version still spoken. Stays one below PROTOCOL_VERSION for as long as pages opened before a deploy may
 * live: they cannot be updated, only reloaded.
 */
export const OLDEST_PROTOCOL: number = 1

/** Those a client goes by itself; apart, because a page need not download the others. */
export const CLIENT_LIMITS = {
  /** Unicode code points in a message text. */
  messageCharacters: 4_000,
  /** Bytes of UTF-8 in a message text. */
  messageBytes: 16 * 1024,
  /** Bytes of JSON in a message's `meta`. */
  metaBytes: 4 * 1024,
  /** Unicode code points in a display name. */
  nameCharacters: 40,
  /** How long authors may edit and delete what they wrote; 0: never. */
  editWindowSeconds: 86_400,
  handshakeTimeoutMs: 10_000,
  /** Bytes of one frame from a client. */
  frameBytes: 64 * 1024,
  /** Messages in one page of history. */
  historyPage: 100,
  /** Members above which typing is not shown. */
  typingMembers: 100,
  /** Members listed by name; above it only the count is exact. */
  listedMembers: 200,
} as const

export const LIMITS = {
  ...CLIENT_LIMITS,
  membersPerRoom: 1_000,
  roomsPerConnection: 50,
  connectionsPerUser: 10,
  connectionsPerAddress: 60,
  /** Steady messages a second for one user. */
  messagesPerSecondPerUser: 5,
  /** Messages a user may send at once before the steady rate applies. */
  messageBurstPerUser: 10,
  messagesPerSecondPerRoom: 50,
  /** Each user may react as often as they may send; beyond this a room takes no more reactions. */
  reactionsPerSecondPerRoom: 200,
  /** Different emoji on one message. */
  reactionsPerMessage: 20,
  messagesPerSecondPerApp: 5_000,
  /** Rooms made by a first join, of all visitors together. */
  newRoomsPerMinute: 600,
  /** Rooms that are stored; nobody makes another one beyond it. */
  rooms: 100_000,
} as const

export type Limits = { readonly [K in keyof typeof LIMITS]: number }
export type ClientLimits = Pick<Limits, keyof typeof CLIENT_LIMITS>

/** 1-128 of `A-Za-z0-9._:@/-`. */
export const ROOM_ID_PATTERN = /^[A-Za-z0-9._:@/-]{1,128}$/
