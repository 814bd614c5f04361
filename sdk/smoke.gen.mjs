// src/errors.ts
var RETRYABLE = [
  'room_full',
  'too_many_connections',
  'rate_limited',
  'overloaded',
  'unavailable',
  'draining',
  'server_unreachable',
  'timeout',
  'offline',
]
var ChatError = class _ChatError extends Error {
  name = 'ChatError'
  /** What happened; decide by this, never by the message. */
  code
  /** Whether the same call may succeed later without anyone changing it. */
  retryable
  /** Milliseconds to wait before trying again, where known. */
  retryAfterMs
  /** @param message "unable to X; reason" */
  constructor(code, message, options = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : void 0)
    this.code = code
    this.retryable = options.retryable ?? RETRYABLE.includes(code)
    if (options.retryAfterMs !== void 0) this.retryAfterMs = options.retryAfterMs
  }
  static fromWire(error) {
    return new _ChatError(error.code, error.message, error)
  }
}
function unable(what, code, reason) {
  return new ChatError(code, `unable to ${what}; ${reason}`)
}

// src/access.ts
var TIMEOUT_MS = 5e3
function httpAccess(server, app) {
  return async () => {
    try {
      const response = await fetch(
        `${server.href.replace(/\/$/, '')}/v1/apps/${encodeURIComponent(app)}/access`,
        {
          credentials: 'omit',
          cache: 'no-store',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        },
      )
      if (response.ok) return
      const problem = await response.json()
      if (problem.code) return new ChatError(problem.code, problem.detail ?? 'unable to connect; not allowed')
    } catch {}
    return
  }
}

// src/backoff.ts
var BASE_MS = 1e3
var CAP_MS = 3e4
var MAX_WISH_MS = 36e5
function retryDelayMs(attempt, random, retryAfterMs = 0) {
  return (
    Math.min(Math.max(0, retryAfterMs), MAX_WISH_MS) + random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt)
  )
}

// src/browser.ts
function onWake(listener) {
  const page = globalThis.window
  if (!page?.addEventListener || !page.document) return () => {}
  const stop = new AbortController()
  const { signal } = stop
  for (const event of ['online', 'offline', 'pageshow']) page.addEventListener(event, listener, { signal })
  page.document.addEventListener(
    'visibilitychange',
    () => page.document.visibilityState === 'visible' && listener(),
    { signal },
  )
  return () => stop.abort()
}

// src/connection-state.ts
var MOVES = {
  idle: { start: 'connecting', close: 'closed' },
  connecting: {
    start: 'connecting',
    opened: 'online',
    lost: 'offline',
    refused: 'refused',
    close: 'closed',
  },
  online: { start: 'connecting', lost: 'offline', refused: 'refused', close: 'closed' },
  offline: { start: 'connecting', refused: 'refused', close: 'closed' },
  refused: { start: 'connecting', close: 'closed' },
  closed: {},
}
function afterMove(status, move) {
  return MOVES[status][move]
}

// src/connection.ts
var ATTEMPT_TIMEOUT_MS = 2e4
var REQUEST_TIMEOUT_MS = 1e4
var PROBE_TIMEOUT_MS = 3e3
var STABLE_MS = 1e4
var Connection = class {
  #parts
  #status = 'idle'
  #error
  #transport
  /** A new object for every attempt: what an earlier one still says is not heard. */
  #attempt = {}
  #timer
  #retryAt
  /** In a row, until a stable connection. */
  #failures = 0
  #openedAt = 0
  #isRecoveryUsed = false
  #isAccessAsked = false
  #isPollingFirst = false
  #isProbing = false
  #stopWaking
  constructor(parts) {
    this.#parts = parts
  }
  get status() {
    return this.#status
  }
  get error() {
    return this.#error
  }
  get retryInMs() {
    return this.#retryAt === void 0 ? void 0 : Math.max(0, this.#retryAt - Date.now())
  }
  /** Begins from `idle`; otherwise the machine is already at work, or was refused and waits for `retry`. */
  start() {
    if (this.#status === 'idle') this.#connect()
  }
  /** Tries now instead of later. */
  retry() {
    if (this.#status !== 'offline' && this.#status !== 'refused') return
    this.#isRecoveryUsed = this.#isAccessAsked = false
    this.#connect()
  }
  request(name, request, timeoutMs = REQUEST_TIMEOUT_MS) {
    if (this.#status === 'online') return this.#transport.request(name, request, timeoutMs)
    return Promise.reject(unable(name, this.#status === 'closed' ? 'closed' : 'offline', 'not connected'))
  }
  close() {
    this.#drop()
    this.#stopWaking?.()
    this.#move('close')
  }
  #connect() {
    this.#drop()
    const attempt = this.#attempt
    const ifCurrent = (run) => (value) => {
      if (attempt === this.#attempt) run(value)
    }
    const down = ifCurrent((error) => this.#down(error))
    this.#stopWaking ??= onWake(() => this.#wake())
    this.#timer = setTimeout(() => {
      this.#isPollingFirst = !this.#isPollingFirst
      this.#down(unable('connect', 'timeout', 'no answer in time'))
    }, ATTEMPT_TIMEOUT_MS)
    this.#move('start')
    this.#parts.credentials().then(
      ifCurrent((auth) => {
        this.#transport = this.#parts.open(
          { auth, isPollingFirst: this.#isPollingFirst },
          { fact: ifCurrent((fact) => this.#fact(fact)), down },
        )
      }),
      down,
    )
  }
  #fact(fact) {
    if (fact.name === 'session:opened') {
      clearTimeout(this.#timer)
      this.#openedAt = Date.now()
      this.#isAccessAsked = false
      this.#parts.opened(fact.fact)
      this.#move('opened')
    } else if (fact.name === 'session:closing') {
      this.#down(ChatError.fromWire(fact.fact.error))
    } else {
      this.#parts.fact(fact)
    }
  }
  #down(error) {
    if (this.#status === 'online' && Date.now() - this.#openedAt > STABLE_MS) {
      this.#failures = 0
      this.#isRecoveryUsed = false
    }
    this.#drop()
    if (!this.#isRecoveryUsed && this.#parts.recover(error)) {
      this.#isRecoveryUsed = true
      this.#connect()
    } else if (!error.retryable) {
      this.#move('refused', error)
    } else {
      const delayMs = retryDelayMs(this.#failures++, this.#parts.random, error.retryAfterMs)
      this.#retryAt = Date.now() + delayMs
      this.#timer = setTimeout(() => this.#connect(), delayMs)
      if (error.code === 'server_unreachable') this.#askAccess()
      this.#move('lost', error)
    }
  }
  /** Once per outage: a server that is down must not be asked twice as often. */
  #askAccess() {
    if (this.#isAccessAsked) return
    this.#isAccessAsked = true
    void this.#parts.askAccess().then((refusal) => {
      if (!refusal || refusal.retryable || (this.#status !== 'offline' && this.#status !== 'connecting'))
        return
      this.#drop()
      this.#move('refused', refusal)
    })
  }
  #wake() {
    if (this.#status === 'offline' && !this.#error?.retryAfterMs) this.#connect()
    if (this.#status === 'online') void this.#probe()
  }
  /** Any answer proves the connection, a refusal too; silence means it is half open and must be replaced. */
  async #probe() {
    if (this.#isProbing) return
    this.#isProbing = true
    const attempt = this.#attempt
    const error = await this.request('typing:stop', { room: 'probe' }, PROBE_TIMEOUT_MS).catch(
      (reason) => reason,
    )
    this.#isProbing = false
    if ('code' in error && error.code === 'timeout' && attempt === this.#attempt) this.#connect()
  }
  /** Forgets attempt, transport and timer, in silence. */
  #drop() {
    this.#attempt = {}
    clearTimeout(this.#timer)
    this.#retryAt = void 0
    this.#transport?.close()
    this.#transport = void 0
  }
  #move(move, error) {
    const previous = this.#status
    const current = afterMove(previous, move)
    if (!current) return
    this.#status = current
    this.#error = error
    if (current !== previous) this.#parts.status({ current, previous, ...(error && { error }) })
  }
}

// src/deferred.ts
function deferred() {
  const ends = {}
  const promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }))
  return { promise, ...ends }
}

// src/emitter.ts
var Emitter = class {
  /** Each `on` is its own entry, so the same function may listen twice and each undo takes back one. */
  #entries = []
  on(event, listener) {
    const entry = { event, listener }
    this.#entries = [...this.#entries, entry]
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }
  emit(event, ...args) {
    for (const entry of this.#entries) {
      if (entry.event !== event || !this.#entries.includes(entry)) continue
      try {
        entry.listener(...args)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

// src/protocol/limits.ts
var PROTOCOL_VERSION = 1
var LIMITS = {
  /** Unicode code points in a message text. */
  messageCharacters: 4e3,
  /** Bytes of UTF-8 in a message text. */
  messageBytes: 16 * 1024,
  /** Bytes of JSON in a message's `meta`. */
  metaBytes: 4 * 1024,
  /** Unicode code points in a display name. */
  nameCharacters: 40,
  membersPerRoom: 1e3,
  roomsPerConnection: 50,
  connectionsPerUser: 10,
  connectionsPerAddress: 60,
  /** Steady messages a second for one user. */
  messagesPerSecondPerUser: 5,
  /** Messages a user may send at once before the steady rate applies. */
  messageBurstPerUser: 10,
  messagesPerSecondPerRoom: 50,
  handshakeTimeoutMs: 1e4,
  /** Bytes of one frame from a client. */
  frameBytes: 64 * 1024,
  /** Messages in one page of history. */
  historyPage: 100,
  /** Members above which typing is not shown. */
  typingMembers: 100,
  /** Members listed by name; above it only the count is exact. */
  listedMembers: 200,
}
var ROOM_ID_PATTERN = /^[A-Za-z0-9._:@/-]{1,128}$/

// src/catch-up.ts
var CatchUp = class {
  #parts
  #run = {}
  #isAsking = false
  #timer
  #fruitless = 0
  constructor(parts) {
    this.#parts = parts
  }
  /** Call whenever something may be missing. */
  check() {
    if (this.#isAsking || this.#timer || !this.#parts.isBehind()) return
    const run = this.#run
    this.#isAsking = true
    this.#parts
      .ask(() => run === this.#run)
      .then(
        (isFurther) => (isFurther ? void 0 : {}),
        (error) => this.#parts.failed(error) ?? 'stop',
      )
      .then((wait) => {
        if (run !== this.#run) return
        this.#isAsking = false
        if (wait === 'stop') return
        if (!wait) {
          this.#fruitless = 0
          this.check()
        } else if (this.#parts.isBehind()) this.#later(wait.retryAfterMs)
      })
  }
  /** The connection is gone: what it still answers is not for us. */
  stop() {
    this.#run = {}
    this.#isAsking = false
    clearTimeout(this.#timer)
    this.#timer = void 0
  }
  #later(retryAfterMs) {
    this.#timer = setTimeout(
      () => {
        this.#timer = void 0
        this.check()
      },
      retryDelayMs(this.#fruitless++, this.#parts.random, retryAfterMs),
    )
  }
}

// src/draft.ts
var VISIBLE = /[^\s\p{Cc}\p{Cf}]/u
function byteLength(text) {
  return new TextEncoder().encode(text).length
}
function checkDraft(input, limits) {
  const draft = typeof input === 'string' ? { text: input } : (input ?? {})
  const { replyTo, meta } = draft
  if (typeof draft.text !== 'string') throw invalid('text must be a string')
  if (replyTo !== void 0 && (typeof replyTo !== 'string' || !replyTo))
    throw invalid('replyTo must be the id of a message')
  const text = draft.text.normalize('NFC')
  if (!VISIBLE.test(text)) throw unable('send message', 'message_empty', 'the text is empty')
  if ([...text].length > limits.messageCharacters || byteLength(text) > limits.messageBytes)
    throw unable('send message', 'message_too_long', `at most ${limits.messageCharacters} characters`)
  return {
    text,
    ...(replyTo !== void 0 && { replyTo }),
    ...(meta !== void 0 && { meta: checkMeta(meta, limits) }),
  }
}
function checkMeta(meta, limits) {
  let json
  try {
    json = JSON.stringify(meta)
  } catch {
    json = ''
  }
  if (!json?.startsWith('{') || byteLength(json) > limits.metaBytes)
    throw invalid(`meta must be a JSON object of at most ${limits.metaBytes} bytes`)
  return JSON.parse(json)
}
var invalid = (reason) => unable('send message', 'invalid_request', reason)

// src/outbox.ts
import { v7 as uuid } from 'uuid'
var MAX_MESSAGES = 100
var MAX_BYTES = 256 * 1024
var MAX_AGE_MS = 24 * 36e5
var Outbox = class {
  #parts
  #entries = []
  #isOpen = false
  #inFlight
  #timer
  #failures = 0
  constructor(parts) {
    this.#parts = parts
  }
  /** Pending, failed, and acked ones the log does not show yet, in the order they were written. */
  get messages() {
    return this.#entries.map((entry) => entry.message)
  }
  add(draft, user) {
    const bytes = byteLength(JSON.stringify(draft))
    const total = this.#entries.reduce((sum, entry2) => sum + entry2.bytes, bytes)
    if (this.#entries.length >= MAX_MESSAGES || total > MAX_BYTES)
      return Promise.reject(unable('send message', 'outbox_full', 'too many messages wait'))
    const message = {
      ...draft,
      id: uuid(),
      seq: void 0,
      rev: void 0,
      at: Date.now(),
      user,
      state: 'pending',
    }
    const entry = { message, draft, bytes, key: this.#parts.keyPrefix(user) + message.id, ...SILENT }
    const promise = promised(entry)
    this.#store(entry)
    this.#set([...this.#entries, entry])
    this.#pump()
    return promise
  }
  /** Messages a former page left behind, before those written meanwhile. */
  restore(user) {
    const { storage } = this.#parts
    const prefix = this.#parts.keyPrefix(user)
    const restored = []
    for (const key of storage.keys(prefix).sort()) {
      const id = key.slice(prefix.length)
      if (this.#entries.some((entry) => entry.message.id === id)) continue
      try {
        const stored = JSON.parse(storage.get(key))
        restored.push(restoredEntry(key, id, user, stored))
      } catch {
        storage.remove(key)
      }
    }
    if (restored.length > 0) this.#set([...restored, ...this.#entries])
  }
  /** The room is joined: messages go out. */
  resume() {
    this.#isOpen = true
    this.#failures = 0
    this.#stopWaiting()
    this.#pump()
  }
  /** No connection, or not in the room. */
  pause() {
    this.#isOpen = false
    this.#stopWaiting()
  }
  /** The log is at `rev` and took in `rows`: what it shows is not shown here. */
  absorb(rev, rows) {
    if (this.#entries.length === 0) return
    const byId = new Map(rows.map((row) => [row.id, row]))
    const rest = this.#entries.filter((entry) => {
      const row = byId.get(entry.message.id)
      if (row && entry.message.state !== 'sent') this.#settle(entry, row)
      return !row && !(entry.message.state === 'sent' && entry.message.rev <= rev)
    })
    if (rest.length < this.#entries.length) this.#entries = rest
  }
  /** Acked ones of a former life of the log. */
  forgetAcked() {
    this.#entries = this.#entries.filter((entry) => entry.message.state !== 'sent')
  }
  /** The highest rev an ack told. */
  get ackedRev() {
    return Math.max(0, ...this.#entries.map((entry) => entry.message.rev ?? 0))
  }
  retry(id) {
    const entry = this.#failed(id)
    if (!entry)
      return Promise.reject(unable('retry message', 'invalid_request', 'no failed message has this id'))
    const promise = promised(entry)
    this.#update(entry, { state: 'pending', error: void 0 })
    this.#store(entry)
    this.#pump()
    return promise
  }
  discard(id) {
    const entry = this.#failed(id)
    if (!entry) return
    this.#parts.storage.remove(entry.key)
    this.#set(this.#entries.filter((other) => other !== entry))
  }
  /** The room refuses us: nothing that waits will go out. */
  fail(error) {
    this.pause()
    for (const entry of this.#entries) if (entry.message.state === 'pending') this.#fail(entry, error)
  }
  /** Stored copies stay for the next visit. */
  close() {
    this.pause()
    const entries = this.#entries
    this.#entries = []
    const error = unable('send message', 'closed', 'the room was left')
    for (const entry of entries) if (entry.message.state === 'pending') entry.reject(error)
  }
  #pump() {
    if (!this.#isOpen || this.#inFlight || this.#timer) return
    const entry = this.#entries.find(({ message }) => message.state === 'pending')
    if (!entry) return
    this.#inFlight = entry
    void this.#parts
      .request(entry.message)
      .then(
        (result) => this.#acked(entry, result),
        (error) => this.#refused(entry, error),
      )
      .then(() => {
        this.#inFlight = void 0
        this.#pump()
      })
  }
  #acked(entry, result) {
    this.#failures = 0
    if (!this.#entries.includes(entry)) return
    this.#settle(entry, { ...result.message, state: 'sent' })
    this.#parts.acked(result)
    this.#parts.changed()
  }
  #refused(entry, error) {
    if (!this.#entries.includes(entry)) return
    if (!error.retryable && error.code !== 'not_joined') return this.#fail(entry, error)
    this.#update(entry, { error })
    if (!this.#isOpen) return
    if (error.code === 'not_joined') return this.#parts.notJoined()
    const delayMs = retryDelayMs(this.#failures++, this.#parts.random, error.retryAfterMs)
    this.#timer = setTimeout(() => {
      this.#timer = void 0
      this.#pump()
    }, delayMs)
  }
  #settle(entry, message) {
    entry.message = message
    this.#parts.storage.remove(entry.key)
    entry.resolve(message)
  }
  #fail(entry, error) {
    this.#update(entry, { state: 'failed', error })
    this.#store(entry)
    entry.reject(error)
  }
  #failed(id) {
    return this.#entries.find(({ message }) => message.id === id && message.state === 'failed')
  }
  #update(entry, change) {
    const { error: _, ...rest } = entry.message
    const { error, ...state } = change
    entry.message = { ...rest, ...state, ...(error && { error }) }
    this.#parts.changed()
  }
  #set(entries) {
    this.#entries = entries
    this.#parts.changed()
  }
  #store({ key, draft, message: { at, state, error } }) {
    const { code, message, retryable } = error ?? {}
    const stored = { ...draft, at, ...(state === 'failed' && { error: { code, message, retryable } }) }
    this.#parts.storage.set(key, JSON.stringify(stored))
  }
  #stopWaiting() {
    clearTimeout(this.#timer)
    this.#timer = void 0
  }
}
var SILENT = { resolve() {}, reject() {} }
function promised(entry) {
  return new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }))
}
function restoredEntry(key, id, user, { at, error, ...draft }) {
  const reason = error
    ? ChatError.fromWire(error)
    : Date.now() - at > MAX_AGE_MS
      ? new ChatError('timeout', 'unable to send message; it waited for more than a day', {
          retryable: false,
        })
      : void 0
  return {
    message: {
      ...draft,
      id,
      seq: void 0,
      rev: void 0,
      at,
      user,
      state: reason ? 'failed' : 'pending',
      ...(reason && { error: reason }),
    },
    draft,
    bytes: byteLength(JSON.stringify(draft)),
    key,
    ...SILENT,
  }
}

// src/presence.ts
var NOBODY = { count: 0, members: [] }
function afterPresenceChange({ members }, { count, joined = [], left = [], updated = [] }, listed) {
  if (count > listed) return { count }
  const faces = new Map([...joined, ...updated].map((user) => [user.id, user]))
  const stayed = (members ?? [])
    .filter((user) => !left.includes(user.id))
    .map((user) => faces.get(user.id) ?? user)
  const known = new Set(stayed.map((user) => user.id))
  const next = [...stayed, ...joined.filter((user) => !known.has(user.id))]
  return members || next.length === count ? { count, members: next } : { count }
}

// src/room-log.ts
var WINDOW_MESSAGES = 2e3
var HELD_FRAMES = 200
var EMPTY_LOG = {
  epoch: '',
  rev: 0,
  head: 0,
  isEpochDoubted: false,
  messages: [],
  hasOlder: false,
  keep: WINDOW_MESSAGES,
  held: [],
  staged: void 0,
  aside: void 0,
}
function isBehind(log) {
  return !!log.staged || log.head > log.rev || log.held.length > 0 || log.isEpochDoubted
}
function since({ epoch, rev, staged }) {
  return epoch ? { epoch, rev: Math.max(rev, staged?.through ?? 0) } : void 0
}
function takeFrame(log, frame) {
  if (frame.epoch === log.epoch && frame.rev <= log.rev) return { log, news: [] }
  return advance(hold(log, frame), lastSeq(log))
}
function takeHead(log, { epoch, rev }) {
  if (epoch !== log.epoch) return { ...log, isEpochDoubted: true }
  return rev > log.head ? { ...log, head: rev } : log
}
function takePart(log, part) {
  if (part.kind === 'snapshot') {
    const isContinued = part.epoch === log.epoch && !part.reset
    const taken = {
      ...EMPTY_LOG,
      epoch: part.epoch,
      rev: part.head,
      head: part.head,
      messages: merge([], part.messages),
      hasOlder: part.hasOlder,
      held: ofEpoch(log.held, part.epoch),
    }
    const step = advance(taken, isContinued ? lastSeq(log) : lastSeq(taken))
    return { ...step, isReplaced: true, ...(part.reset && { reset: part.reset }) }
  }
  if (part.epoch !== log.epoch) return { log, news: [] }
  const rows = [...(log.staged?.rows ?? []), ...part.messages]
  const heard = {
    ...log,
    head: Math.max(log.head, part.head),
    isEpochDoubted: false,
    held: ofEpoch(log.held, part.epoch),
  }
  if (part.through < part.head)
    return { log: { ...heard, staged: { through: part.through, rows } }, news: [] }
  const whole = { ...apply(heard, rows), rev: Math.max(log.rev, part.through), staged: void 0 }
  return advance(whole, lastSeq(log))
}
function expectHistory(log) {
  return { ...log, aside: [] }
}
function takeHistory(log, page) {
  const { aside } = log
  const asked = { ...log, aside: void 0 }
  if (!page || !aside) return asked
  if (page.epoch !== log.epoch) return { ...asked, isEpochDoubted: true }
  const older = merge(merge([], page.messages), aside)
  if (older.length > 0 && lastSeqOf(older) !== firstSeq(log) - 1) return asked
  const messages = [...older, ...log.messages]
  return { ...asked, messages, hasOlder: page.hasOlder, keep: messages.length + WINDOW_MESSAGES }
}
function advance(log, seq) {
  let next = log
  for (const frame of [...log.held].sort((a, b) => a.from - b.from)) {
    if (frame.epoch !== next.epoch || frame.from > next.rev) continue
    const { rev } = next
    if (frame.rev > rev)
      next = {
        ...apply(
          next,
          frame.messages.filter((row) => row.rev > rev),
        ),
        rev: frame.rev,
      }
  }
  const held = next.held.filter((frame) => frame.epoch !== next.epoch || frame.rev > next.rev)
  const news = next.messages.filter((message) => message.seq > seq)
  return { log: trim({ ...next, held, head: Math.max(next.head, next.rev) }), news }
}
function hold(log, frame) {
  const held = log.held.length < HELD_FRAMES ? [...log.held, frame] : []
  if (frame.epoch !== log.epoch) return { ...log, held, isEpochDoubted: log.epoch !== '' }
  return { ...log, held, head: Math.max(log.head, frame.rev) }
}
function apply(log, rows) {
  const first = firstSeq(log)
  const aside = log.aside && [...log.aside, ...rows.filter((row) => row.seq < first)]
  return { ...log, messages: merge(log.messages, rows), aside }
}
function merge(messages, rows) {
  if (rows.length === 0) return messages
  const first = messages[0]?.seq ?? rows.reduce((least, row) => Math.min(least, row.seq), Infinity)
  const next = [...messages]
  for (const row of rows) {
    const place = row.seq - first
    const known = next[place]
    if (place >= 0 && (!known || row.rev > known.rev)) next[place] = { ...row, state: 'sent' }
  }
  const hole = next.lastIndexOf(void 0)
  return next.slice(hole + 1)
}
function trim(log) {
  const excess = log.messages.length - log.keep
  if (excess > 0 && !log.aside) return { ...log, messages: log.messages.slice(excess), hasOlder: true }
  return log
}
function ofEpoch(frames, epoch) {
  return frames.filter((frame) => frame.epoch === epoch)
}
var firstSeq = ({ messages }) => messages[0]?.seq ?? 0
var lastSeqOf = (messages) => messages.at(-1)?.seq ?? 0
var lastSeq = ({ messages }) => lastSeqOf(messages)

// src/typing.ts
var SAY_EVERY_MS = 3e3
var BELIEVE_MS = 8e3
var Typing = class {
  users = []
  #say
  #changed
  #saidAt = -Infinity
  #timer
  constructor(say, changed) {
    this.#say = say
    this.#changed = changed
  }
  keystroke() {
    if (Date.now() - this.#saidAt < SAY_EVERY_MS) return
    this.#saidAt = Date.now()
    this.#say()
  }
  /** A message went out, which ends it: the next key press says it anew. */
  sent() {
    this.#saidAt = -Infinity
  }
  heard(users) {
    clearTimeout(this.#timer)
    this.users = users
    if (users.length > 0) {
      this.#timer = setTimeout(() => {
        this.users = []
        this.#changed()
      }, BELIEVE_MS)
    }
  }
}

// src/room.ts
var ACK_FRAME_GRACE_MS = 1e3
var RoomClient = class {
  id
  info
  capabilities = []
  readSeq = 0
  #parts
  #events = new Emitter()
  #outbox
  #catchUp
  #typing
  #status = 'joining'
  #error
  #log = EMPTY_LOG
  #view
  #presence = NOBODY
  /** A new object for every join sent: answers to an earlier one are not heard. */
  #attempt = {}
  /** Whether this connection is in the room. */
  #isEntered = false
  #entering = Promise.resolve()
  #joining
  #switchFrom = []
  #loading
  #failures = 0
  #missed = 0
  #enterTimer
  #ackTimer
  constructor(id, parts) {
    this.id = id
    this.#parts = parts
    const { random, request, scope, storage } = parts
    this.#typing = new Typing(
      () => void request('typing:start', { room: id }).catch(() => {}),
      () => this.#changed(),
    )
    this.#catchUp = new CatchUp({
      random,
      isBehind: () => this.#isEntered && isBehind(this.#log),
      ask: (isCurrent) => this.#sync(isCurrent),
      failed: (error) => this.#syncFailed(error),
    })
    this.#outbox = new Outbox({
      storage,
      random,
      keyPrefix: (user) => `alcove:outbox:${scope}|${user.id}|${id}|`,
      request: ({ id: messageId, text, replyTo, meta }) =>
        request('message:send', {
          room: id,
          id: messageId,
          text,
          ...(replyTo !== void 0 && { replyTo }),
          ...(meta && { meta }),
        }),
      acked: ({ epoch, message }) => this.#acked(epoch, message.rev),
      notJoined: () => this.#enterLater(),
      changed: () => this.#changed(),
    })
  }
  get status() {
    return this.#status
  }
  get messages() {
    return (this.#view ??= [...this.#log.messages, ...this.#outbox.messages])
  }
  get hasOlder() {
    return this.#log.hasOlder
  }
  get members() {
    return this.#presence.members ?? []
  }
  get memberCount() {
    return this.#presence.count
  }
  get typingUsers() {
    return this.#typing.users
  }
  get unread() {
    const me = this.#parts.session.me?.id
    return this.#log.messages.filter(({ seq, user }) => seq > this.readSeq && user.id !== me).length
  }
  on(event, listener) {
    return this.#events.on(event, listener)
  }
  /** An `async` function, so that a caller's mistake rejects; what is right is shown before it returns. */
  async send(input) {
    const draft = checkDraft(input, this.#parts.session.limits)
    if (this.#status === 'left' || this.#status === 'failed')
      throw this.#error ?? unable('send message', 'closed', 'the room was left')
    this.#typing.sent()
    return this.#outbox.add(draft, this.#parts.session.me)
  }
  async retry(id) {
    return this.#outbox.retry(id)
  }
  discard(id) {
    this.#outbox.discard(id)
  }
  loadOlder(count = 50) {
    return (this.#loading ??= this.#loadOlder(count).finally(() => (this.#loading = void 0)))
  }
  keystroke() {
    if (this.#isEntered) this.#typing.keystroke()
  }
  async markRead() {
    this.#read(lastSeq(this.#log)) && this.#changed()
  }
  async leave() {
    if (this.#status === 'left') return
    const entering = this.#entering
    const leaving = entering.then(() => this.#parts.request('room:leave', { room: this.id }))
    this.end(leaving.then(noop, noop))
    await leaving.catch((error) => {
      if (!['offline', 'closed', 'not_joined'].includes(error.code)) throw error
    })
  }
  // ---- for the chat; not part of `Room` ----
  /** Wants in. `switchFrom`: rooms the server leaves in the same step. */
  join(switchFrom) {
    if (this.#joining) return this.#joining.promise
    if (this.#status !== 'joining' && this.#status !== 'failed') return Promise.resolve()
    this.#joining = deferred()
    this.#switchFrom = switchFrom
    this.#move('joining')
    return this.#joining.promise
  }
  /** There is a connection: joins, or joins again from where the log ends. */
  async enter() {
    if (this.#status === 'failed' || this.#status === 'left') return
    clearTimeout(this.#enterTimer)
    const attempt = (this.#attempt = {})
    const from = since(this.#log)
    const request = this.#parts.request('room:join', {
      room: this.id,
      ...(from && { since: from }),
      ...(this.#switchFrom.length > 0 && { leave: [...this.#switchFrom] }),
    })
    this.#entering = request.catch(noop)
    try {
      const result = await request
      if (attempt === this.#attempt) this.#entered(result)
    } catch (error) {
      if (attempt === this.#attempt) this.#notEntered(error)
    }
  }
  /** The connection is gone. */
  exit() {
    this.#suspend()
    this.#outbox.pause()
    this.#typing.heard([])
    if (this.#status === 'joined') this.#move('catching-up')
  }
  fact({ name, fact }) {
    switch (name) {
      case 'room:changed':
        return this.#take(takeFrame(this.#log, fact))
      case 'room:head':
        this.#log = takeHead(this.#log, fact)
        return this.#catchUp.check()
      case 'room:closed':
        if (fact.error.retryable) return this.#enterLater(fact.error.retryAfterMs)
        return this.fail(ChatError.fromWire(fact.error))
      case 'presence:changed':
        this.#presence = afterPresenceChange(this.#presence, fact, this.#parts.session.limits.listedMembers)
        return this.#changed()
      case 'typing:changed':
        this.#typing.heard(fact.users.filter((user) => user.id !== this.#parts.session.me?.id))
        this.#changed()
    }
  }
  /** Refused for good: only a new `join` begins again. */
  fail(error) {
    this.#suspend()
    this.#outbox.fail(error)
    this.#settleJoin((joining) => joining.reject(error))
    this.#move('failed', error)
    if (!this.#log.epoch) this.#parts.ended(this)
  }
  /** Left, by `leave`, by a switch, or with the whole chat. */
  end(leaving) {
    if (this.#status === 'left') return
    this.#suspend()
    this.#typing.heard([])
    this.#outbox.close()
    this.#settleJoin((joining) => joining.reject(unable('join room', 'closed', 'the room was left')))
    this.#parts.ended(this, leaving)
    this.#move('left')
  }
  // ---- joining ----
  #entered(result) {
    const isFirst = !this.#log.epoch
    this.#isEntered = true
    this.#failures = 0
    this.#switchFrom = []
    this.info = result.room
    this.capabilities = result.capabilities
    this.#presence = result.presence
    if (isFirst) this.#outbox.restore(this.#parts.session.me)
    this.#take(takePart(this.#log, result.log), isFirst)
    this.#outbox.resume()
    this.#settleJoin((joining) => joining.resolve())
  }
  #notEntered(error) {
    if (error.code === 'offline') return
    const isAgain = this.#log.epoch !== '' && this.#status === 'catching-up'
    if (error.code === 'draining' || (isAgain && error.retryable)) return this.#enterLater(error.retryAfterMs)
    if (error.code === 'timeout') this.#parts.request('room:leave', { room: this.id }).catch(noop)
    this.fail(error)
  }
  #enterLater(retryAfterMs) {
    this.#suspend()
    this.#outbox.pause()
    if (this.#status === 'joined') this.#move('catching-up')
    const delayMs = retryDelayMs(this.#failures++, this.#parts.random, retryAfterMs)
    this.#enterTimer = setTimeout(() => void this.enter(), delayMs)
  }
  /** Stops everything that needs this connection's membership. */
  #suspend() {
    this.#attempt = {}
    this.#isEntered = false
    this.#catchUp.stop()
    clearTimeout(this.#enterTimer)
    clearTimeout(this.#ackTimer)
    this.#ackTimer = void 0
  }
  #settleJoin(settle) {
    const joining = this.#joining
    this.#joining = void 0
    if (joining) settle(joining)
  }
  // ---- the log ----
  #take(step, isFirst = false) {
    if (step.log === this.#log) return
    const { log, news, reset } = step
    this.#log = log
    if (reset) this.#outbox.forgetAcked()
    this.#outbox.absorb(log.rev, step.isReplaced ? log.messages : news)
    const me = this.#parts.session.me?.id
    const own = news.findLast((message) => message.user.id === me)
    if (isFirst || reset) this.readSeq = (news[0]?.seq ?? lastSeq(log) + 1) - 1
    if (own) this.#read(own.seq)
    this.#view = void 0
    if (reset) this.#events.emit('reset', { reason: reset })
    for (const message of news) this.#events.emit('message', message)
    this.#missed += news.length
    if (!this.#isEntered) return this.#changed()
    if (isFirst) this.#move('joined')
    else if (this.#status === 'catching-up' && !isBehind(log)) this.#caughtUp()
    else this.#changed()
    this.#catchUp.check()
  }
  #caughtUp() {
    const missed = this.#missed
    this.#move('joined')
    this.#events.emit('caught-up', { missed })
  }
  async #sync(isCurrent) {
    const from = since(this.#log)
    const { log: part } = await this.#parts.request('room:sync', { room: this.id, ...from })
    if (!isCurrent()) return false
    this.#take(takePart(this.#log, part))
    const now = since(this.#log)
    return now.epoch !== from.epoch || now.rev > from.rev
  }
  #syncFailed(error) {
    if (error.code === 'offline') return
    if (error.retryable) return error
    if (error.code === 'not_joined') this.#enterLater()
    else this.fail(error)
    return
  }
  /** An ack tells a rev as a head does; its frame is given a moment first. */
  #acked(epoch, rev) {
    this.#outbox.absorb(this.#log.rev, [])
    if (rev <= this.#log.rev && epoch === this.#log.epoch) return
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = void 0
      this.#log = takeHead(this.#log, { epoch, rev: Math.max(rev, this.#outbox.ackedRev) })
      this.#catchUp.check()
    }, ACK_FRAME_GRACE_MS)
  }
  async #loadOlder(count) {
    if (!(count >= 1)) throw unable('load history', 'invalid_request', 'count must be at least 1')
    const before = this.#log.messages[0]?.seq
    if (!this.hasOlder || before === void 0) return this.hasOlder
    const limit = Math.min(Math.floor(count), this.#parts.session.limits.historyPage)
    this.#log = expectHistory(this.#log)
    try {
      const page = await this.#parts.request('room:history', { room: this.id, before, limit })
      this.#log = takeHistory(this.#log, page)
    } catch (error) {
      this.#log = takeHistory(this.#log)
      throw error
    }
    this.#changed()
    this.#catchUp.check()
    return this.hasOlder
  }
  #read(seq) {
    const isFurther = seq > this.readSeq
    if (isFurther) this.readSeq = seq
    return isFurther
  }
  // ---- telling ----
  #move(current, error) {
    const previous = this.#status
    this.#status = current
    this.#error = error
    if (current === 'catching-up') this.#missed = 0
    if (current !== previous) this.#events.emit('status', { current, previous, ...(error && { error }) })
    this.#changed()
  }
  #changed() {
    this.#view = void 0
    this.#events.emit('change')
  }
}
var noop = () => {}

// src/session.ts
var REFRESH_MARGIN_MS = 6e4
var MIN_REFRESH_MS = 5e3
var MAX_TIMER_MS = 2 ** 31 - 1
var Session = class {
  me
  limits = LIMITS
  isRenamable
  #parts
  #guestKey
  #nameKey
  #fetcher
  /** A name the server has not heard yet. */
  #wish
  #fetching
  #timer
  /** Server clock minus local clock. */
  #clockOffsetMs = 0
  #failedRefreshes = 0
  constructor(parts) {
    this.#parts = parts
    const { token, user } = parts.options
    this.#guestKey = `alcove:guest:${parts.scope}`
    this.#nameKey = `alcove:name:${parts.scope}`
    this.#fetcher = typeof token === 'function' ? token : void 0
    this.isRenamable = token === void 0
    const name = user?.name?.trim()
    if (name && name !== parts.storage.get(this.#nameKey)) this.#wish = name
  }
  async credentials() {
    const { options, storage } = this.#parts
    const token = this.#fetcher ? await this.#fetch() : (options.token ?? storage.get(this.#guestKey))
    return {
      protocol: PROTOCOL_VERSION,
      app: options.app,
      ...(typeof token === 'string' && { token }),
      ...(this.#wish && { name: this.#wish }),
      client: 'alcove-sdk/0.1.0',
    }
  }
  opened(fact) {
    this.limits = fact.limits
    this.isRenamable = fact.renamable
    this.#clockOffsetMs = fact.serverTime - Date.now()
    this.#adopt(fact)
    this.#scheduleRefresh(fact.expiresAt)
  }
  /** The part of `opened` that asks the server something, once requests go out. */
  online() {
    const wish = this.#wish
    if (wish === void 0) return
    this.#wish = void 0
    if (!this.isRenamable || this.me?.name === wish) return this.#keepName()
    this.setName(wish).catch(() => {})
  }
  /** No connection: a refresh would not get through, and the next handshake brings a token anyway. */
  offline() {
    clearTimeout(this.#timer)
  }
  /** Whether new credentials may help: a fetcher gives a fresh token, a stale guest becomes a new one. */
  recover({ code }) {
    if (code !== 'token_expired' && code !== 'token_invalid') return false
    if (this.#parts.options.token !== void 0) return !!this.#fetcher && code === 'token_expired'
    const { storage } = this.#parts
    if (!storage.get(this.#guestKey)) return false
    storage.remove(this.#guestKey)
    return true
  }
  async setName(name) {
    const wish = typeof name === 'string' ? name.trim() : ''
    if (!wish || [...wish].length > this.limits.nameCharacters)
      throw unable('set name', 'name_invalid', `it needs 1 to ${this.limits.nameCharacters} characters`)
    if (!this.isRenamable) throw unable('set name', 'name_fixed', 'it comes from the token')
    try {
      this.renamed(await this.#parts.request('user:rename', { name: wish }))
    } catch (error) {
      if (error.code !== 'offline') throw error
      this.#wish = wish
    }
  }
  /** We have a new name, by our own wish or by another of our connections. */
  renamed(fact) {
    this.#adopt(fact)
  }
  #adopt({ me, guestToken }) {
    const isNew = JSON.stringify(me) !== JSON.stringify(this.me)
    this.me = me
    if (guestToken) this.#parts.storage.set(this.#guestKey, guestToken)
    if (isNew) this.#parts.changed(me)
  }
  #keepName() {
    const name = this.#parts.options.user?.name?.trim()
    if (name && this.me?.guest) this.#parts.storage.set(this.#nameKey, name)
  }
  /** One call at a time; whoever asks meanwhile shares it. */
  #fetch() {
    return (this.#fetching ??= this.#callFetcher().finally(() => (this.#fetching = void 0)))
  }
  async #callFetcher() {
    let token
    try {
      token = await this.#fetcher()
    } catch (cause) {
      if (cause instanceof ChatError) throw cause
      throw new ChatError('token_required', 'unable to connect; the token function failed', {
        retryable: true,
        cause,
      })
    }
    if (typeof token === 'string' && token) return token
    throw unable('connect', 'token_required', 'the token function gave no token')
  }
  #scheduleRefresh(expiresAt) {
    clearTimeout(this.#timer)
    if (!this.#fetcher || expiresAt === void 0) return
    const lifetimeMs = expiresAt - this.#clockOffsetMs - Date.now()
    const delayMs = Math.max(MIN_REFRESH_MS, lifetimeMs * 0.75, lifetimeMs - REFRESH_MARGIN_MS)
    this.#timer = setTimeout(() => void this.#refresh(), Math.min(delayMs, MAX_TIMER_MS))
  }
  /** A refusal is not the end: the server closes an expired session, and the way back fetches again. */
  async #refresh() {
    const timer = this.#timer
    try {
      const { me, expiresAt } = await this.#parts.request('session:refresh', { token: await this.#fetch() })
      if (timer !== this.#timer) return
      this.#failedRefreshes = 0
      this.#adopt({ me })
      this.#scheduleRefresh(expiresAt)
    } catch {
      if (timer !== this.#timer) return
      const delayMs = MIN_REFRESH_MS + retryDelayMs(this.#failedRefreshes++, this.#parts.random)
      this.#timer = setTimeout(() => void this.#refresh(), delayMs)
    }
  }
}

// src/storage.ts
function openStorage(given) {
  const memory = /* @__PURE__ */ new Map()
  const attempt = (use) => {
    try {
      const storage = given === void 0 ? globalThis.window?.localStorage : given
      return storage ? use(storage) : void 0
    } catch {
      return void 0
    }
  }
  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key)) ?? void 0,
    set(key, value) {
      memory.delete(key)
      if (!attempt((storage) => (storage.setItem(key, value), true))) memory.set(key, value)
    },
    remove(key) {
      memory.delete(key)
      attempt((storage) => storage.removeItem(key))
    },
    keys(prefix) {
      const stored = attempt((storage) => Array.from({ length: storage.length }, (_, i) => storage.key(i)))
      return [.../* @__PURE__ */ new Set([...memory.keys(), ...(stored ?? [])])].filter((key) =>
        key.startsWith(prefix),
      )
    },
  }
}

// src/chat.ts
var ChatClient = class {
  #events = new Emitter()
  #rooms = /* @__PURE__ */ new Map()
  /** Rooms the server may still count us in. */
  #leaving = /* @__PURE__ */ new Map()
  #storage
  #session
  #connection
  #scope
  #random
  #connecting
  /** @param server the address as one string for storage keys */
  constructor(options, server, edges) {
    this.#scope = `${server}|${options.app}`
    this.#random = edges.random
    this.#storage = openStorage(options.storage)
    this.#session = new Session({
      options,
      storage: this.#storage,
      scope: this.#scope,
      random: edges.random,
      request: (name, request) => this.#connection.request(name, request),
      changed: (me) => this.#events.emit('me', me),
    })
    this.#connection = new Connection({
      ...edges,
      credentials: () => this.#session.credentials(),
      recover: (error) => this.#session.recover(error),
      opened: (fact) => this.#session.opened(fact),
      fact: (fact) => this.#fact(fact),
      status: (change) => this.#statusChanged(change),
    })
  }
  get status() {
    return this.#connection.status
  }
  get error() {
    return this.#connection.error
  }
  get retryInMs() {
    return this.#connection.retryInMs
  }
  get me() {
    return this.#session.me
  }
  get renamable() {
    return this.#session.isRenamable
  }
  get limits() {
    return this.#session.limits
  }
  on(event, listener) {
    return this.#events.on(event, listener)
  }
  async connect() {
    this.#assertUsable('connect')
    if (this.status === 'online') return
    this.#connecting ??= deferred()
    const { promise } = this.#connecting
    this.#connection.start()
    return promise
  }
  async join(roomId, { leave = [] } = {}) {
    if (typeof roomId !== 'string' || !ROOM_ID_PATTERN.test(roomId))
      throw unable('join room', 'invalid_request', 'a room id has 1 to 128 of A-Z a-z 0-9 . _ : @ / -')
    this.#assertUsable('join room')
    await this.#leaving.get(roomId)
    let room = this.#rooms.get(roomId)
    const isNew = !room || room.status === 'failed'
    if (!room) this.#rooms.set(roomId, (room = this.#createRoom(roomId)))
    const others = leave.filter((id) => id !== roomId)
    const joining = room.join(others.filter((id) => this.#rooms.has(id)))
    this.#connection.start()
    if (isNew && this.status === 'online') void room.enter()
    await joining
    await Promise.all(others.map((id) => (isNew ? this.#rooms.get(id)?.end() : this.#rooms.get(id)?.leave())))
    return room
  }
  async setName(name) {
    return this.#session.setName(name)
  }
  retry() {
    this.#connection.retry()
  }
  async close() {
    for (const room of [...this.#rooms.values()]) room.end()
    this.#session.offline()
    this.#connection.close()
  }
  #fact(fact) {
    if ('room' in fact.fact) this.#rooms.get(fact.fact.room)?.fact(fact)
    else if (fact.name === 'user:renamed') this.#session.renamed(fact.fact)
  }
  #createRoom(roomId) {
    return new RoomClient(roomId, {
      session: this.#session,
      storage: this.#storage,
      scope: this.#scope,
      random: this.#random,
      request: (name, request) => this.#connection.request(name, request),
      ended: (room, leaving) => {
        if (this.#rooms.get(roomId) === room) this.#rooms.delete(roomId)
        if (!leaving) return
        this.#leaving.set(roomId, leaving)
        void leaving.then(() => this.#leaving.get(roomId) === leaving && this.#leaving.delete(roomId))
      },
    })
  }
  #statusChanged(change) {
    const { current, previous, error } = change
    if (previous === 'online') {
      this.#session.offline()
      for (const room of this.#rooms.values()) room.exit()
    }
    if (current === 'online') {
      this.#session.online()
      for (const room of this.#rooms.values()) void room.enter()
      this.#connecting?.resolve()
    } else if (current === 'refused' || current === 'closed') {
      const reason = error ?? unable('connect', 'closed', 'the chat was closed')
      this.#connecting?.reject(reason)
      for (const room of [...this.#rooms.values()]) if (room.status === 'joining') room.fail(reason)
    }
    if (current === 'online' || current === 'refused' || current === 'closed') this.#connecting = void 0
    this.#events.emit('status', change)
  }
  #assertUsable(what) {
    if (this.status === 'closed') throw unable(what, 'closed', 'the chat was closed')
    if (this.status === 'refused') throw this.error
  }
}

// src/options.ts
function checkOptions(options) {
  const invalid2 = (reason) => unable('create chat', 'invalid_request', reason)
  const { server, app, token } = options ?? {}
  if (typeof app !== 'string' || !app) throw invalid2('app must be the id of an app')
  if (token !== void 0 && typeof token !== 'function' && (typeof token !== 'string' || !token))
    throw invalid2('token must be a string or a function')
  let url
  try {
    url = new URL(server)
  } catch {}
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid2('server must be an http(s) address')
  return url
}

// src/socket-transport.ts
import { io } from 'socket.io-client'
function socketTransport(server, app) {
  return ({ auth, isPollingFirst }, handlers) => {
    let isOpened = false
    const socket = io(server.origin, {
      path: server.pathname.replace(/\/$/, '') + '/socket.io',
      auth,
      // Public, and needed before the handshake: the server checks the origin when the upgrade is asked for.
      query: { app },
      transports: isPollingFirst ? ['polling', 'websocket'] : ['websocket', 'polling'],
      tryAllTransports: true,
      reconnection: false,
      autoConnect: false,
      forceNew: true,
    })
    socket.onAny((name, fact) => {
      isOpened = true
      handlers.fact({ name, fact })
    })
    socket.on('connect_error', (error) =>
      handlers.down(
        error.data?.code
          ? ChatError.fromWire(error.data)
          : new ChatError('server_unreachable', 'unable to connect; no connection to the server', {
              cause: error,
            }),
      ),
    )
    socket.on('disconnect', (reason) =>
      handlers.down(
        new ChatError(
          isOpened ? 'offline' : 'server_unreachable',
          `unable to stay connected; the connection ended (${reason})`,
        ),
      ),
    )
    socket.connect()
    return {
      request: (name, request, timeoutMs) =>
        new Promise((resolve, reject) => {
          const fail = (error) => reject(error)
          if (!socket.connected) return fail(new ChatError('offline', `unable to ${name}; not connected`))
          socket.timeout(timeoutMs).emit(name, request, (error, answer) => {
            if (!error) return answer.ok ? resolve(answer) : fail(ChatError.fromWire(answer.error))
            fail(
              socket.connected
                ? new ChatError('timeout', `unable to ${name}; no answer in time`)
                : new ChatError('offline', `unable to ${name}; the connection ended`),
            )
          })
        }),
      close() {
        socket.off()
        socket.offAny()
        socket.disconnect()
      },
    }
  }
}

// src/index.ts
function createChat(options) {
  const server = checkOptions(options)
  return new ChatClient(options, server.href, {
    open: socketTransport(server, options.app),
    askAccess: httpAccess(server, options.app),
    random: Math.random,
  })
}
export { ChatError, createChat }
