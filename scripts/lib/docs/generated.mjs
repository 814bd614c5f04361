/** The parts of the documentation that are written by the sources, between `<!-- generated:name -->` and `<!-- /generated -->`. */
import { format, resolveConfig } from 'prettier'
import { addressBudgets, benchmarks, constant, element, errorCodes, limits, metrics } from './sources.mjs'

const PART = /(<!-- generated:([\w-]+) -->)([\s\S]*?)(<!-- \/generated -->)/g

/** What each limit holds for; the numbers are the source's. A limit without words here is a mistake. */
const LIMITS_IN_WORDS = {
  messageCharacters: ['characters (Unicode code points) in a message', 'message_too_long'],
  messageBytes: ['bytes of UTF-8 in a message', 'message_too_long'],
  metaBytes: ["bytes of JSON in a message's `meta`", 'invalid_request'],
  nameCharacters: ['characters in a name', 'name_invalid'],
  membersPerRoom: ['people in a room', 'room_full'],
  roomsPerConnection: ['rooms joined on one connection', 'too_many_rooms'],
  connectionsPerUser: ['connections of one user', 'too_many_connections'],
  connectionsPerAddress: [
    'guests and visitors expected behind one address (IPv6: one /64): connections of guests, and the measure of their budgets',
    'too_many_connections',
  ],
  messagesPerSecondPerUser: ['messages a second of one user, on average', 'rate_limited'],
  messageBurstPerUser: ['messages of one user at once', 'rate_limited'],
  messagesPerSecondPerRoom: ['messages a second in one room', 'rate_limited'],
  reactionsPerSecondPerRoom: [
    'reactions a second in one room; of one user as many as messages',
    'rate_limited',
  ],
  editsPerMessage: ['edits of one message, at most 10,000; `editWindowSeconds=0` for none', 'too_many_edits'],
  reactionsPerMessage: ['different reactions on one message; at most 100, 0: none', 'too_many_reactions'],
  reactionsPerMessagePerUser: [
    'different reactions of one person on one message; at most 100, 0: none',
    'too_many_reactions',
  ],
  messagesPerSecondPerApp: ['messages a second in all rooms of the app', 'rate_limited'],
  newRoomsPerMinute: ['rooms made in a minute, by first joins', 'rate_limited'],
  rooms: ['rooms stored, counted every few minutes', 'rate_limited'],
  editWindowSeconds: [
    'seconds in which authors may edit and delete their messages; 0: never',
    'edit_window_closed',
  ],
  handshakeTimeoutMs: ['milliseconds for a handshake', 'the connection is closed'],
  frameBytes: ['bytes of one frame from a client', 'the connection is closed'],
  historyPage: ['messages in one page of history', 'invalid_request'],
  typingMembers: ['people up to whom typing is shown', 'no error; typing is not shown'],
  listedMembers: ['people up to whom members are listed', 'no error; only the count is sent'],
}

const FIXED = [
  [
    'requests of one connection under way',
    'server/src/realtime/request-queue.ts',
    'MAX_IN_FLIGHT',
    'overloaded',
  ],
  ['bytes of these requests', 'server/src/realtime/request-queue.ts', 'MAX_IN_FLIGHT_BYTES', 'overloaded'],
  [
    'pieces of one WebSocket message',
    'server/src/realtime/websocket-engine.ts',
    'MAX_FRAGMENTS',
    'the connection is closed',
  ],
  [
    'pings and pongs of one WebSocket a second, below Socket.IO',
    'server/src/realtime/websocket-engine.ts',
    'CONTROL_FRAMES_PER_SECOND',
    'it is cut off',
  ],
  [
    'requests in line on one HTTP connection',
    'server/src/http/guard-connections.ts',
    'MAX_IN_LINE',
    'the connection is closed',
  ],
  [
    'frames a second of one connection',
    'server/src/realtime/flood-gate.ts',
    'PASSED_PER_SECOND',
    'rate_limited',
  ],
  [
    'requests of a wrong shape a second on one connection',
    'server/src/realtime/flood-gate.ts',
    'INVALID_PER_SECOND',
    'rate_limited',
  ],
  [
    'frames a second, far beyond',
    'server/src/realtime/flood-gate.ts',
    'FLOOD_PER_SECOND',
    'the connection is closed',
  ],
  ['joins of one user', 'server/src/limits/address-budgets.ts', 'JOINS_OF_USER', 'rate_limited'],
  ['rooms made by one user', 'server/src/limits/address-budgets.ts', 'NEW_ROOMS_OF_USER', 'rate_limited'],
  [
    'joins, `room:sync` and `room:history` of one user, in steps of 16 KiB answered',
    'server/src/limits/address-budgets.ts',
    'READS_OF_USER',
    'rate_limited',
  ],
  ['`typing:start` of one user', 'server/src/limits/address-budgets.ts', 'TYPING_OF_USER', 'rate_limited'],
  ['renames of one user', 'server/src/limits/address-budgets.ts', 'RENAMES_OF_USER', 'rate_limited'],
  ['token refreshes of one user', 'server/src/operations/session/refresh.ts', 'REFRESH_RATE', 'rate_limited'],
  [
    'messages and changes waiting to be stored, per lane',
    'server/src/log/lane.ts',
    'QUEUE_ITEMS',
    'overloaded',
  ],
  ['bytes waiting to be stored, per lane', 'server/src/log/lane.ts', 'QUEUE_BYTES', 'overloaded'],
  [
    'bytes waiting for a connection that does not read',
    'server/src/realtime/slow-readers.ts',
    'MAX_BYTES',
    'it is cut off',
  ],
  ['packets waiting for it', 'server/src/realtime/slow-readers.ts', 'MAX_PACKETS', 'it is cut off'],
  [
    'bytes unsent to one that goes on talking, answers to its WebSocket pings too',
    'server/src/realtime/slow-readers.ts',
    'MAX_UNSENT_BYTES',
    'it is cut off',
  ],
  ['writes unsent to it', 'server/src/realtime/slow-readers.ts', 'MAX_UNSENT_WRITES', 'it is cut off'],
  [
    'bytes unsent to one whose request passes the primary of several workers',
    'server/src/workers/primary-listener.ts',
    'MAX_UNREAD_BYTES',
    'it is cut off',
  ],
  ['characters of a token', 'server/src/identity/signed-token.ts', 'MAX_TOKEN_LENGTH', 'token_invalid'],
  [
    'messages and changes in an SDK outbox, per room',
    'sdk/src/outbox/outbox.ts',
    'MAX_ENTRIES',
    'outbox_full',
  ],
  ['bytes in an SDK outbox, per room', 'sdk/src/outbox/outbox.ts', 'MAX_BYTES', 'outbox_full'],
]

/** Markdown by name. */
export async function generatedParts() {
  const { properties, events, slots, knobs, variables, parts } = element()
  const { machine, tables } = await benchmarks()
  const budgets = await addressBudgets()
  return {
    errors: errorTable(await errorCodes()),
    limits: limitTable(await limits()),
    'fixed-limits': table(
      ['what', 'limit', 'beyond it'],
      FIXED.map(([what, path, name, answer]) => [what, amount(constant(path, name)), coded(answer)]),
    ),
    'address-budgets': budgetTable(budgets),
    'bench-machine': machine,
    ...Object.fromEntries(tables.map(({ name, head, rows }) => [`bench-${name}`, table(head, rows)])),
    metrics: table(
      ['metric', 'kind', 'meaning'],
      metrics().map(({ name, kind, help }) => [`\`${name}\``, kind, help]),
    ),
    'element-properties': table(
      ['name', 'set as', 'meaning'],
      properties
        .filter(({ meaning }) => meaning !== '')
        .map(({ name, isAttribute, meaning }) => [
          `\`${name}\``,
          isAttribute ? 'attribute or property' : 'property',
          meaning,
        ]),
    ),
    'element-events': table(['event', 'when'], events.map(nameAndMeaning)),
    'element-slots': table(['slot', 'what goes there'], slots.map(nameAndMeaning)),
    'element-parts': inline(parts),
    'element-knobs': table(['knob', 'sets'], knobs.map(nameAndMeaning)),
    'element-variables': inline(variables.filter((name) => !knobs.some((knob) => knob.name === name))),
  }
}

/** A page with its generated parts, formatted as the repository is. */
export async function filled(path, text, parts) {
  if (!text.includes('<!-- generated:')) return text
  const replaced = text.replace(PART, (_all, begin, name, _old, end) => {
    if (parts[name] === undefined) throw new Error(`${path} wants a generated part ${name} that there is not`)
    const isInline = !parts[name].startsWith('|')
    return isInline ? `${begin} ${parts[name]} ${end}` : `${begin}\n\n${parts[name]}\n\n${end}`
  })
  return format(replaced, { ...(await resolveConfig(path)), filepath: path })
}

function errorTable(codes) {
  return table(
    ['code', 'retryable', 'HTTP', 'meaning'],
    Object.entries(codes).map(([code, { retryable, status, meaning }]) => [
      `\`${code}\``,
      retryable ? 'yes' : 'no',
      status === 0 ? 'client only' : status,
      meaning,
    ]),
  )
}

function limitTable(values) {
  const unexplained = Object.keys(values).filter((name) => !LIMITS_IN_WORDS[name])
  const gone = Object.keys(LIMITS_IN_WORDS).filter((name) => !(name in values))
  if (unexplained.length + gone.length > 0)
    throw new Error(
      `scripts/lib/docs/generated.mjs does not fit the limits: ${[...unexplained, ...gone].join(', ')}`,
    )
  return table(
    ['name', 'default', 'of', 'beyond it'],
    Object.entries(values).map(([name, value]) => {
      const [what, answer] = LIMITS_IN_WORDS[name]
      return [`\`${name}\``, amount(value), what, coded(answer)]
    }),
  )
}

function budgetTable(budgets) {
  return table(
    ['of one address', 'limit', 'beyond it', 'why this much'],
    budgets.map(({ counts, limit, total, beyond, reason }) => [
      counts,
      total === undefined ? amount(limit) : `${amount(limit)}; of all addresses ${amount(total)}`,
      beyond,
      reason,
    ]),
  )
}

const nameAndMeaning = ({ name, meaning }) => [`\`${name}\``, meaning]
const inline = (names) => names.map((name) => `\`${name}\``).join(', ')
const coded = (answer) => (/^[a-z]+_?[a-z_]*$/.test(answer) ? `\`${answer}\`` : answer)
const amount = (value) =>
  typeof value === 'number'
    ? value.toLocaleString('en')
    : `${value.points.toLocaleString('en')} in ${value.windowSeconds} s`

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
