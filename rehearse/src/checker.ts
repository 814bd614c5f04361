/**
 * Compares what writers and readers wrote down with what is stored: the invariants I1 to I5 of a rehearsal. Pure; what
 * is sampled over time (presence, memory) is judged where it is measured.
 */
import type { ReaderRecord, SceneRecord, Sent, StoredMessage } from './records.js'

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7'

export interface Violation {
  /** Or what only this row promises. */
  readonly rule: Invariant | 'row'
  readonly what: string
}

export interface Verdict {
  readonly violations: readonly Violation[]
  readonly acked: number
  readonly stored: number
  /** Acked and not stored, or stored and never shown to a reader: each reader's misses count. */
  readonly lost: number
  /** Stored twice, or shown twice to a reader. */
  readonly doubled: number
  readonly outOfOrder: number
}

/** So many examples of one kind say enough. */
const EXAMPLES = 3

export function check(record: SceneRecord): Verdict {
  const acks = checkAcks(record)
  const readers = record.readers.map((reader) => checkReader(reader, record))
  const doubledRows = doubledTexts(record.stored)
  return {
    violations: [
      ...acks.violations,
      ...doubledRows.map((text) => violation('I1', `stored twice: ${name(text)}`)).slice(0, EXAMPLES),
      ...checkDensity(record),
      ...readers.flatMap((reader) => reader.violations),
      ...checkUnacked(record),
      ...checkForeign(record),
    ],
    acked: acks.acked,
    stored: record.stored.length,
    lost: acks.lost + sum(readers.map((reader) => reader.lost)),
    doubled: doubledRows.length + sum(readers.map((reader) => reader.doubled)),
    outOfOrder: sum(readers.map((reader) => reader.outOfOrder)),
  }
}

/** I1: every acked id is stored exactly once, at its acked seq. */
function checkAcks({ writers, stored }: SceneRecord) {
  const byId = new Map<string, StoredMessage[]>()
  for (const row of stored) byId.set(row.id, [...(byId.get(row.id) ?? []), row])
  const problems: string[] = []
  let acked = 0
  let lost = 0
  for (const { name: writer, sent } of writers) {
    for (const { text, outcome } of sent) {
      if (outcome.kind !== 'acked') continue
      acked += 1
      const rows = byId.get(outcome.id) ?? []
      const [row] = rows
      if (!row) {
        lost += 1
        problems.push(`${writer}: acked at ${outcome.seq} and not stored: ${name(text)}`)
      } else if (rows.length > 1) problems.push(`${writer}: ${rows.length} rows of id ${outcome.id}`)
      else if (row.seq !== outcome.seq)
        problems.push(`${writer}: acked at ${outcome.seq}, stored at ${row.seq}`)
      else if (row.text !== text) problems.push(`${writer}: another text is stored at ${row.seq}`)
    }
  }
  return { acked, lost, violations: examples('I1', problems) }
}

function doubledTexts(stored: readonly StoredMessage[]): string[] {
  const seen = new Set<string>()
  return stored.filter(({ text }) => seen.has(text) || !seen.add(text)).map(({ text }) => text)
}

/** I2: seq and rev are dense, and whoever is asked says the same. */
function checkDensity({ stored, storedElsewhere }: SceneRecord): Violation[] {
  const problems: string[] = []
  const numbers = (field: 'seq' | 'rev') => stored.map((row) => row[field]).sort((a, b) => a - b)
  for (const field of ['seq', 'rev'] as const) {
    const at = numbers(field).findIndex((value, index) => value !== index + 1)
    if (at >= 0) problems.push(`${field} is not dense at ${at + 1}`)
  }
  if (stored.some((row, index) => row.seq !== index + 1))
    problems.push('the history is not in the order of seq')
  if (storedElsewhere && !isSame(stored, storedElsewhere))
    problems.push(
      `a fresh client reads ${stored.length} messages, the database has ${storedElsewhere.length}, or others`,
    )
  return examples('I2', problems)
}

const isSame = (a: readonly StoredMessage[], b: readonly StoredMessage[]): boolean =>
  a.length === b.length &&
  a.every((row, index) => row.id === b[index]?.id && row.seq === b[index].seq && row.rev === b[index].rev)

/** I3: what a reader was shown is the stored room, in order, once, without a hole. */
function checkReader(reader: ReaderRecord, { stored, allowsReset }: SceneRecord) {
  const problems: string[] = []
  const shown = new Set<string>()
  const missing = new Set<number>()
  const bySeq = new Map(stored.map((row) => [row.seq, row]))
  let next = 1
  let mayStepBack = false
  let doubled = 0
  let outOfOrder = 0

  for (const entry of reader.entries) {
    if (entry.kind === 'began') {
      if (entry.why !== 'joined') {
        if (!allowsReset) problems.push(`was told to begin anew (${entry.why})`)
        shown.clear()
        missing.clear()
      }
      next = entry.seq + 1
      mayStepBack = true
      continue
    }
    // What came with the beginning is told as an event as well.
    if (mayStepBack && entry.seq < next) next = entry.seq
    mayStepBack = false
    const row = bySeq.get(entry.seq)
    if (row?.id !== entry.id || row.text !== entry.text)
      problems.push(`was shown what is not stored at ${entry.seq}`)
    if (shown.has(entry.id)) {
      doubled += 1
      problems.push(`was shown ${entry.seq} twice`)
    } else if (entry.seq < next) {
      outOfOrder += 1
      missing.delete(entry.seq)
      problems.push(`was shown ${entry.seq} after ${next - 1}`)
    } else {
      if (entry.seq > next) problems.push(`was shown ${entry.seq} with ${next} to ${entry.seq - 1} missing`)
      for (let seq = next; seq < entry.seq; seq += 1) missing.add(seq)
      next = entry.seq + 1
    }
    shown.add(entry.id)
  }
  const head = stored.at(-1)?.seq ?? 0
  for (let seq = next; seq <= head; seq += 1) missing.add(seq)
  if (next <= head) problems.push(`ends at ${next - 1} of ${head}`)
  problems.push(...viewProblems(reader, stored))
  return {
    lost: missing.size,
    doubled,
    outOfOrder,
    violations: examples(
      'I3',
      problems.map((problem) => `${reader.name} ${problem}`),
    ),
  }
}

/** The list at the end is the end of the stored room. */
function viewProblems({ view, leftovers }: ReaderRecord, stored: readonly StoredMessage[]): string[] {
  const tail = view.length === 0 ? [] : stored.slice(-view.length)
  const problems: string[] = []
  if (stored.length > 0 && view.length === 0) problems.push('shows nothing')
  if (tail.length !== view.length || view.some((message, index) => message.id !== tail[index]?.id))
    problems.push(`shows ${view.length} messages that are not the end of the room`)
  if (leftovers > 0) problems.push(`still shows ${leftovers} messages that were never sent`)
  return problems
}

/** I4: a send without an ack is one row in the end, or a failure its writer saw. */
function checkUnacked({ writers, stored }: SceneRecord): Violation[] {
  const texts = new Set(stored.map((row) => row.text))
  const problems: string[] = []
  for (const { name: writer, sent } of writers) {
    for (const { text, outcome } of sent as Sent[]) {
      if (outcome.kind === 'waiting') {
        const fate = texts.has(text) ? 'stored, and its writer was not told' : 'neither stored nor failed'
        problems.push(`${writer}: ${fate}: ${name(text)}`)
      } else if (outcome.kind === 'failed' && texts.has(text)) {
        problems.push(`${writer}: failed with ${outcome.code} and is stored: ${name(text)}`)
      }
    }
  }
  return examples('I4', problems)
}

/** I5: nobody hears of another room, another app, or what they may not read. */
function checkForeign({ room, mark, readers, overheard }: SceneRecord): Violation[] {
  const isForeign = (text: string) => !text.startsWith(mark)
  const shown = readers.flatMap(({ name: reader, entries, view }) =>
    [...entries, ...view]
      .filter((entry) => 'text' in entry && isForeign(entry.text))
      .map(() => `${reader} was shown a message of another room`),
  )
  const heard = overheard
    .filter((fact) => fact.room !== room || fact.texts.some(isForeign))
    .map((fact) => `${fact.event} of ${fact.room} came to a connection in ${room}`)
  return examples('I5', [...shown, ...heard])
}

function examples(rule: Invariant, problems: readonly string[]): Violation[] {
  const shown = problems.slice(0, EXAMPLES).map((what) => violation(rule, what))
  const more = problems.length - shown.length
  return more > 0 ? [...shown, violation(rule, `and ${more} more of this kind`)] : shown
}

const violation = (rule: Violation['rule'], what: string): Violation => ({ rule, what })
/** Texts may be long; their beginning is unique. */
const name = (text: string): string => text.slice(0, 40)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
