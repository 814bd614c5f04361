/**
 * The core of the SDK: a room's log as this client holds it. A pure reducer over frames, heads, catch-up pages and
 * history pages, in any order a bad network delivers them. Implements P2 (one order), P3 (once) and P4 (converge, never
 * show a part as the whole). Has no socket, timer or outbox.
 */
import { ownRows, type Committed } from '../message.js'
import { MessageWindow } from './message-window.js'
import {
  applySettings,
  type HistoryResult,
  type LogPart,
  type MessagePatch,
  type MessageRow,
  type ResetReason,
  type RoomChanged,
  type RoomPatch,
} from '../protocol/index.js'

/** Messages kept while a room grows; `loadOlder` raises it. */
export const WINDOW_MESSAGES = 2_000
/** Early frames held; with more, catching up is cheaper than holding. */
export const HELD_FRAMES = 200

export interface RoomLog {
  /** Empty until the first part. */
  readonly epoch: string
  /** Every change up to here is in `messages`. */
  readonly rev: number
  /** The highest rev known to exist in this epoch. */
  readonly head: number
  /** Another epoch was mentioned; the server has to say which one is current. */
  readonly isEpochDoubted: boolean
  readonly messages: MessageWindow
  readonly hasOlder: boolean
  /** How many messages may stay. */
  readonly keep: number
  /** Frames beyond a gap. */
  readonly held: readonly RoomChanged[]
  /** Catch-up pages, complete up to `through`; not shown until they reach the head. */
  readonly staged: { readonly through: number; readonly rows: readonly MessageRow[] } | undefined
  /**
   * Changes to messages before the window, kept while a history page is on its way: the page may be older than they
   * are.
   */
  readonly aside: readonly (MessageRow | MessagePatch)[] | undefined
  /** The room's settings; undefined if none was ever changed. */
  readonly settings: RoomPatch | undefined
}

/** A message that is new or has changed. */
export interface Changed {
  readonly current: Committed
  /** Absent for a new message. */
  readonly previous?: Committed
}

/** The result of a step: the new log, and what is new or different in it. */
export interface Step {
  readonly log: RoomLog
  /** In `seq` order. */
  readonly changed: readonly Changed[]
  /** The window was replaced, not extended. */
  readonly isReplaced?: boolean
  readonly reset?: ResetReason
}

export const EMPTY_LOG: RoomLog = {
  epoch: '',
  rev: 0,
  head: 0,
  isEpochDoubted: false,
  messages: MessageWindow.EMPTY,
  hasOlder: false,
  keep: WINDOW_MESSAGES,
  held: [],
  staged: undefined,
  aside: undefined,
  settings: undefined,
}

/** Whether something is missing and the server must be asked. */
export function isBehind(log: RoomLog): boolean {
  return !!log.staged || log.head > log.rev || log.held.length > 0 || log.isEpochDoubted
}

/** The point to catch up from. Staged pages count, so that a break during catch-up does not start over. */
export function since({ epoch, rev, staged }: RoomLog): { epoch: string; rev: number } | undefined {
  return epoch ? { epoch, rev: Math.max(rev, staged?.through ?? 0) } : undefined
}

/** A commit arrived: in order, repeated, early, or from another epoch. */
export function takeFrame(log: RoomLog, frame: RoomChanged): Step {
  if (frame.epoch === log.epoch && frame.rev <= log.rev) return { log, changed: [] }
  return advance(hold(log, frame), log.messages)
}

/** The room is said to be at `rev`. */
export function takeHead(log: RoomLog, { epoch, rev }: { epoch: string; rev: number }): RoomLog {
  if (epoch !== log.epoch) return { ...log, isEpochDoubted: true }
  return rev > log.head ? { ...log, head: rev } : log
}

/** The answer to a join or a sync. */
export function takePart(log: RoomLog, part: LogPart): Step {
  const messages = ownRows(part)
  if (part.kind === 'snapshot') {
    const isContinued = part.epoch === log.epoch && !part.reset
    const taken: RoomLog = {
      ...EMPTY_LOG,
      epoch: part.epoch,
      rev: part.head,
      head: part.head,
      messages: MessageWindow.EMPTY.put(messages),
      hasOlder: part.hasOlder,
      held: ofEpoch(log.held, part.epoch),
      settings: part.info,
    }
    const step = advance(taken, isContinued ? log.messages : taken.messages, messages)
    // A message that was never shown does not count as changed.
    const changed = isContinued ? step.changed : step.changed.filter(({ previous }) => !previous)
    return { ...step, changed, isReplaced: true, ...(part.reset && { reset: part.reset }) }
  }
  // The answer to a request from another epoch.
  if (part.epoch !== log.epoch) return { log, changed: [] }
  const rows = [...(log.staged?.rows ?? []), ...messages]
  const taken: RoomLog = {
    ...log,
    head: Math.max(log.head, part.head),
    isEpochDoubted: false,
    held: ofEpoch(log.held, part.epoch),
    settings: applySettings(log.settings, part.info),
  }
  if (part.through < part.head)
    return { log: { ...taken, staged: { through: part.through, rows } }, changed: [] }
  const whole = { ...apply(taken, rows), rev: Math.max(log.rev, part.through), staged: undefined }
  return advance(whole, log.messages, rows)
}

/** A history page was requested: from now on, changes before the window are kept for it. */
export function expectHistory(log: RoomLog): RoomLog {
  return { ...log, aside: [] }
}

/** The page before the window, or nothing when the request failed. */
export function takeHistory(log: RoomLog, page?: HistoryResult): RoomLog {
  const { aside } = log
  const asked = { ...log, aside: undefined }
  // Without `aside` the window was replaced in the meantime, and changes to this page may have been missed.
  if (!page || !aside) return asked
  if (page.epoch !== log.epoch) return { ...asked, isEpochDoubted: true }
  const older = MessageWindow.EMPTY.put(ownRows(page)).put(aside)
  if (older.length > 0 && older.lastSeq !== log.messages.firstSeq - 1) return asked
  const messages = log.messages.putBefore(older)
  return { ...asked, messages, hasOlder: page.hasOlder, keep: messages.length + WINDOW_MESSAGES }
}

/** Applies held frames as far as they are contiguous, trims, and finds what is new or different since `before`. */
function advance(
  log: RoomLog,
  before: MessageWindow,
  touched: readonly (MessageRow | MessagePatch)[] = [],
): Step {
  let next = log
  const all = [...touched]
  for (const frame of [...log.held].sort((a, b) => a.from - b.from)) {
    const { rev } = next
    if (frame.epoch !== next.epoch || frame.from > rev || frame.rev <= rev) continue
    next = {
      ...apply(next, frame.messages),
      rev: frame.rev,
      settings: applySettings(next.settings, frame.info),
    }
    all.push(...frame.messages)
  }
  const held = next.held.filter((frame) => frame.epoch !== next.epoch || frame.rev > next.rev)
  const changed = changedSince(before, next.messages, all)
  return { log: trim({ ...next, held, head: Math.max(next.head, next.rev) }), changed }
}

/** Costs the size of the change, not of the windows. */
function changedSince(
  before: MessageWindow,
  after: MessageWindow,
  touched: readonly { readonly seq: number }[],
): Changed[] {
  const different: Changed[] = []
  for (const seq of new Set(touched.map((row) => row.seq))) {
    const previous = before.get(seq)
    const current = after.get(seq)
    if (previous && current && previous.rev !== current.rev) different.push({ current, previous })
  }
  different.sort((a, b) => a.current.seq - b.current.seq)
  return [...different, ...after.after(before.lastSeq).map((current) => ({ current }))]
}

function hold(log: RoomLog, frame: RoomChanged): RoomLog {
  // The newest stays: before the first part, it is the only sign that something is missing.
  const held = [...(log.held.length < HELD_FRAMES ? log.held : []), frame]
  // Before the first part every epoch is unknown and none raises doubt: the answer to the join is on its way.
  if (frame.epoch !== log.epoch) return { ...log, held, isEpochDoubted: log.epoch !== '' }
  return { ...log, held, head: Math.max(log.head, frame.rev) }
}

function apply(log: RoomLog, rows: readonly (MessageRow | MessagePatch)[]): RoomLog {
  const first = log.messages.firstSeq
  const aside = log.aside && [...log.aside, ...rows.filter((row) => row.seq < first)]
  const messages = log.messages.put(rows)
  return { ...log, messages, hasOlder: log.hasOlder || messages.firstSeq > Math.max(1, first), aside }
}

function trim(log: RoomLog): RoomLog {
  if (log.messages.length <= log.keep || log.aside) return log
  return { ...log, messages: log.messages.newest(log.keep), hasOlder: true }
}

function ofEpoch(frames: readonly RoomChanged[], epoch: string): RoomChanged[] {
  return frames.filter((frame) => frame.epoch === epoch)
}

export const lastSeq = ({ messages }: RoomLog): number => messages.lastSeq

/** Messages that are new, in `seq` order, except those that are already deleted. */
export const newsOf = ({ changed }: Step): Committed[] =>
  changed.flatMap(({ current, previous }) => (previous || current.deleted ? [] : [current]))
