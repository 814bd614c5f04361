/**
 * [P2, P3, P4] Any run of commits, over a network that loses, doubles, delays and reorders what the server says, ends with the
 * server's rows on every client; and what each step reports as changed is what changed. A run that fails is shrunk to the
 * shortest one that still does.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyChange,
  applySettings,
  patchOf,
  type HistoryResult,
  type LogPart,
  type MessageChange,
  type OwnReactions,
  type MessagePatch,
  type MessageRow,
  type RoomChanged,
  type RoomPatch,
} from '../protocol/index.js'
import { ownFrame } from '../message.js'
import {
  EMPTY_LOG,
  expectHistory,
  isBehind,
  since,
  takeFrame,
  takeHead,
  takeHistory,
  takePart,
  type RoomLog,
  type Step,
} from './room-log.js'

const AUTHOR = { id: 'ada', name: 'Ada' }
const SNAPSHOT = 3

/** `at` says which message, as a share of those there are; which one a number means depends on the run. */
type Edit = {
  kind: 'create' | 'edit' | 'delete' | 'react' | 'rename'
  at: number
  meta: boolean
  emoji: string
}

type Action =
  | { do: 'commit'; edits: readonly Edit[]; copies: 0 | 1 | 2; at: number }
  | { do: 'deliver' | 'lose'; at: number }
  | { do: 'ask' | 'answer' | 'head' | 'scroll' | 'page' | 'break' | 'wipe' }

const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('create' as const, 'create' as const, 'edit', 'delete', 'react', 'react', 'rename'),
  at,
  meta: fc.boolean(),
  emoji: fc.constantFrom('👍', '🎉', '❤️'),
})
const edits = fc.array(edit, { minLength: 1, maxLength: 3 })
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      edits,
      copies: fc.constantFrom(0 as const, 1 as const, 1 as const, 1 as const, 2 as const),
      at,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('deliver' as const, 'lose' as const), at }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'ask' as const,
        'answer' as const,
        'head' as const,
        'scroll' as const,
        'page' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('break' as const, 'wipe' as const) }) },
)

const place = (share: number, length: number) => Math.floor(share * length)

/** The stored room, and what it says of its commits. */
class Server {
  epoch = 'A'
  rev = 0
  rows: MessageRow[] = []
  settings: RoomPatch | undefined
  /** The room as it was at each rev of each life of its log. */
  readonly #states = new Map<string, readonly MessageRow[]>()
  readonly #page: number
  /** Who used which emoji, by message. */
  #reacted = new Map<string, Map<string, Set<string>>>()

  constructor(page: number) {
    this.#page = page
  }

  stateAt(epoch: string, rev: number): readonly MessageRow[] {
    return this.#states.get(`${epoch} ${rev}`) ?? []
  }

  commit(edits: readonly Edit[]): RoomChanged | undefined {
    const from = this.rev
    let info: RoomPatch | undefined
    const messages = edits.flatMap((edit) => {
      if (edit.kind === 'rename') info = { ...info, ...this.#rename(edit) }
      const changed = edit.kind === 'rename' ? undefined : this.#change(edit)
      this.#states.set(`${this.epoch} ${this.rev}`, [...this.rows])
      return changed ?? []
    })
    return { room: 'lobby', epoch: this.epoch, from, rev: this.rev, messages, ...(info && { info }) }
  }

  #rename({ meta }: Edit): RoomPatch {
    const rev = (this.rev += 1)
    const patch = { rev, title: meta ? `title ${rev}` : null }
    this.settings = applySettings(this.settings, patch)
    return patch
  }

  #users(id: string, emoji: string): Set<string> {
    const of = this.#reacted.get(id) ?? new Map<string, Set<string>>()
    const users = of.get(emoji) ?? new Set()
    this.#reacted.set(id, of.set(emoji, users))
    return users
  }

  /** Of Ada, who reads. */
  mine(): OwnReactions {
    return Object.fromEntries(
      this.rows.map(({ id, seq }) => [
        seq,
        [...(this.#reacted.get(id) ?? [])].flatMap(([emoji, users]) => (users.has(AUTHOR.id) ? emoji : [])),
      ]),
    )
  }

  #change({ kind, at: share, meta, emoji }: Edit): MessageRow | MessagePatch | undefined {
    const known = this.rows[place(share, this.rows.length)]
    if (kind === 'create' || !known) {
      const seq = this.rows.length + 1
      const rev = (this.rev += 1)
      const row = { id: `${this.epoch}-${seq}`, seq, rev, at: rev, user: AUTHOR, text: `text ${rev}` }
      this.rows.push(meta ? { ...row, meta: { rev }, replyTo: 'other' } : row)
      return this.rows.at(-1)
    }
    if (known.deleted) return undefined
    const by = { kind: 'user' as const, id: meta ? AUTHOR.id : 'moderator' }
    const isThere = this.#users(known.id, emoji).has(by.id)
    const change: MessageChange =
      kind === 'edit'
        ? { kind: 'message.edited', message: known.id, text: `edit ${this.rev + 1}` }
        : kind === 'delete'
          ? { kind: 'message.deleted', message: known.id }
          : { kind: isThere ? 'reaction.removed' : 'reaction.added', message: known.id, emoji }
    const rev = (this.rev += 1)
    const recorded = { id: `change-${rev}`, room: 'lobby', rev, by, at: rev, change }
    this.rows[known.seq - 1] = applyChange(known, recorded)
    const users = this.#users(known.id, emoji)
    if (kind === 'delete') this.#reacted.delete(known.id)
    if (kind === 'react') users[isThere ? 'delete' : 'add'](by.id)
    return patchOf(known, recorded)
  }

  wipe(): void {
    this.epoch += 'B'
    this.rev = 0
    this.rows = []
    this.settings = undefined
    this.#reacted = new Map()
  }

  part(from: { epoch: string; rev: number } | undefined): LogPart {
    const { epoch, rev: head, rows, settings } = this
    const isNews = settings && (!from || from.epoch !== epoch || from.rev > head || settings.rev > from.rev)
    const info = isNews && { info: settings }
    if (!from || from.epoch !== epoch || from.rev > head) {
      const reset = from && { reset: from.epoch === epoch ? ('ahead' as const) : ('epoch' as const) }
      const messages = rows.slice(-SNAPSHOT)
      return { kind: 'snapshot', epoch, head, messages, hasOlder: rows.length > SNAPSHOT, ...reset, ...info }
    }
    const newer = rows.filter((row) => row.rev > from.rev).sort((a, b) => a.rev - b.rev)
    const messages = newer.slice(0, this.#page)
    const through = newer.length > messages.length ? messages.at(-1)!.rev : head
    return { kind: 'changes', epoch, head, through, messages, ...info }
  }

  history(before: number): HistoryResult {
    const start = Math.max(0, before - 1 - this.#page)
    const messages = this.rows.slice(start, before - 1)
    return { epoch: this.epoch, messages, hasOlder: start > 0, hasNewer: true }
  }
}

const shown = (log: RoomLog): MessageRow[] =>
  log.messages.toArray().map(({ state: _, reactions, ...row }) => ({
    ...row,
    ...(reactions.length > 0 && {
      reactions: Object.fromEntries(reactions.map(({ emoji, count }) => [emoji, count])),
    }),
  }))

/** Each step says exactly what is different after it. */
function checkReport(before: RoomLog, step: Step): void {
  // What was shown before a reset is void.
  const known = step.reset ? [] : before.messages.toArray()
  const old = new Map(known.map((message) => [message.seq, message]))
  for (const { current, previous } of step.changed) {
    if (previous) {
      expect(old.get(current.seq), 'what it was before').toBe(previous)
      expect(current.rev).toBeGreaterThan(previous.rev)
    } else expect(old.has(current.seq), 'new').toBe(false)
  }
  if (step.isReplaced) return
  const reported = new Set(step.changed.map(({ current }) => current))
  for (const message of step.log.messages.toArray())
    if (message !== old.get(message.seq)) expect(reported.has(message), 'reported').toBe(true)
}

function run(page: number, stored: readonly Edit[], actions: readonly Action[]): void {
  const server = new Server(page)
  server.commit(stored)
  let log = takePart(EMPTY_LOG, { ...server.part(undefined), mine: server.mine() }).log
  let frames: RoomChanged[] = []
  let answers: LogPart[] = []
  let pages: HistoryResult[] = []

  /**
   * A part is never shown as the whole: what is shown is the room as it was at the log's rev, from some message on. A page of
   * history may have been read later than that, and is never undone.
   */
  const checkCut = () => {
    const { epoch, rev } = log
    const messages = shown(log)
    const first = messages[0]?.seq ?? 1
    const cut = server.stateAt(epoch, rev).slice(first - 1)
    const newer = (row: MessageRow, index: number) =>
      (messages[index]?.rev ?? 0) > rev ? server.stateAt(epoch, messages[index]!.rev)[row.seq - 1] : row
    expect(messages).toEqual(cut.map(newer))
  }
  /** What is one's own is read after the rows, and may be newer than they are. */
  const own = <Part extends LogPart | HistoryResult>(part: Part): Part =>
    part.epoch === server.epoch ? { ...part, mine: server.mine() } : part
  const take = (step: Step) => {
    checkReport(log, step)
    log = step.log
    checkCut()
  }

  for (const step of actions) {
    switch (step.do) {
      case 'commit': {
        const frame = server.commit(step.edits)
        if (frame)
          for (let copy = 0; copy < step.copies; copy += 1)
            frames.splice(place(step.at, frames.length + 1), 0, frame)
        break
      }
      case 'deliver': {
        const [frame] = frames.splice(place(step.at, frames.length), 1)
        if (frame) take(takeFrame(log, ownFrame(frame, AUTHOR.id)))
        break
      }
      case 'lose':
        frames.splice(place(step.at, frames.length), 1)
        break
      case 'ask':
        if (answers.length === 0) answers.push(server.part(since(log)))
        break
      case 'answer': {
        const answer = answers.shift()
        if (answer) take(takePart(log, own(answer)))
        break
      }
      case 'head':
        if (log.epoch) log = takeHead(log, server)
        break
      case 'scroll':
        if (log.messages.firstSeq > 0 && !log.aside && log.epoch === server.epoch) {
          pages.push(server.history(log.messages.firstSeq))
          log = expectHistory(log)
        }
        break
      case 'page':
        {
          const page = pages.shift()
          if (page) log = takeHistory(log, own(page))
        }
        checkCut()
        break
      case 'break':
        frames = []
        answers = []
        if (pages.length > 0) log = takeHistory(log)
        pages = []
        break
      case 'wipe':
        server.wipe()
    }
  }
  for (const frame of frames) take(takeFrame(log, ownFrame(frame, AUTHOR.id)))
  for (const page of pages) log = takeHistory(log, own(page))
  if (log.epoch) log = takeHead(log, server)
  for (let asked = 0; !log.epoch || isBehind(log); asked += 1) {
    if (asked > 1_000) throw new Error('catching up never ends')
    take(takePart(log, own(server.part(since(log)))))
  }
  checkCut()
  const mine = server.mine()
  for (const { seq, reactions } of log.messages.toArray()) {
    const own = reactions.flatMap((reaction) => (reaction.mine ? reaction.emoji : []))
    expect(new Set(own), "one's own").toEqual(new Set(mine[seq]))
  }
  expect(log).toMatchObject({ epoch: server.epoch, rev: server.rev })
  expect(log.settings).toEqual(server.settings)
  expect(log.hasOlder).toBe(log.messages.firstSeq > 1)
  expect(log.messages.lastSeq).toBe(server.rows.length)
}

describe('[P4] converges', () => {
  it('[REACT-6] over rows that come whole and patches that set and remove fields, reactions among them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.array(edit, { maxLength: 12, size: 'max' }),
        fc.array(action, { maxLength: 150, size: 'max' }),
        run,
      ),
      { numRuns: 1_000 },
    )
  })
})
