/**
 * Compares the records of writers and readers with the stored messages: the invariants I1 to I5 of a rehearsal. Pure;
 * values sampled over time (presence, memory) are checked where they are measured.
 */
import {
  checkCounts,
  checkUnackedReactions,
  countsOf,
  ownProblems,
  reactorsOf,
  type Reactors,
} from './reaction-checks.js'
import type { PersonRecord, ReaderRecord, SceneRecord, Sent, StoredMessage, WriterRecord } from './records.js'
import { examples, type Violation } from './violations.js'

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

/** What a message may be shown as: each text it had, the last one being what is stored; empty once it is deleted. */
type Versions = ReadonlyMap<string, readonly string[]>

export function check(record: SceneRecord): Verdict {
  const versions = versionsOf(record.writers)
  const acks = checkAcks(record, versions)
  const readers = record.readers.map((reader) => checkReader(reader, record, versions))
  const reactors = reactorsOf(record)
  const doubledRows = doubledTexts(record.stored)
  return {
    violations: [
      ...acks.violations,
      ...examples(
        'I1',
        doubledRows.map((text) => `stored twice: ${name(text)}`),
      ),
      ...checkCounts(record, reactors),
      ...checkDensity(record),
      ...readers.flatMap((reader) => reader.violations),
      ...checkViews(record, reactors),
      ...checkUnacked(record),
      ...checkUnackedChanges(record),
      ...checkUnackedReactions(record),
      ...checkForeign(record),
    ],
    acked: acks.acked,
    stored: record.stored.length,
    lost: acks.lost + sum(readers.map((reader) => reader.lost)),
    doubled: doubledRows.length + sum(readers.map((reader) => reader.doubled)),
    outOfOrder: sum(readers.map((reader) => reader.outOfOrder)),
  }
}

/** By what was acked: one writer's changes are committed in the order they were asked for. */
function versionsOf(writers: readonly WriterRecord[]): Versions {
  const versions = new Map<string, string[]>()
  for (const { sent } of writers)
    for (const { text, outcome } of sent) if (outcome.kind === 'acked') versions.set(outcome.id, [text])
  for (const { changes } of writers)
    for (const { message, text = '', outcome } of changes)
      if (outcome.kind === 'acked') versions.get(message)?.push(text)
  return versions
}

/** I1: every acked id is stored exactly once, at its acked seq, as its acked changes left it. */
function checkAcks({ writers, stored }: SceneRecord, versions: Versions) {
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
      else if (row.text !== versions.get(row.id)?.at(-1))
        problems.push(`${writer}: another text is stored at ${row.seq}: ${name(row.text)}`)
    }
  }
  return { acked, lost, violations: examples('I1', problems) }
}

function doubledTexts(stored: readonly StoredMessage[]): string[] {
  const seen = new Set<string>()
  return stored
    .filter(({ text }) => text !== '' && (seen.has(text) || !seen.add(text)))
    .map(({ text }) => text)
}

/** I2: seq and rev are dense, and every source agrees. */
function checkDensity({ stored, storedElsewhere, revs }: SceneRecord): Violation[] {
  const problems: string[] = []
  const ascending = (field: 'seq' | 'rev') => stored.map((row) => row[field]).sort((a, b) => a - b)
  const isDense = (numbers: readonly number[]) => numbers.every((value, index) => value === index + 1)
  if (!isDense(ascending('seq'))) problems.push('seq is not dense')
  if (revs && !isDense(revs)) problems.push('rev is not dense')
  if (new Set(ascending('rev')).size < stored.length) problems.push('two messages have one rev')
  if (stored.some((row, index) => row.seq !== index + 1))
    problems.push('the history is not in the order of seq')
  const uncounted = storedElsewhere?.find(
    ({ reactions, reactors }) => sum(reactions.map(({ count }) => count)) !== reactors,
  )
  if (uncounted)
    problems.push(`${uncounted.seq} counts ${countsOf(uncounted)}, by ${uncounted.reactors} who reacted`)
  if (storedElsewhere && !isSame(stored, storedElsewhere))
    problems.push(
      `a fresh client reads ${stored.length} messages, the database has ${storedElsewhere.length}, or others`,
    )
  return examples('I2', problems)
}

const isSame = (a: readonly StoredMessage[], b: readonly StoredMessage[]): boolean =>
  a.length === b.length && a.every((row, index) => isSameMessage(row, b[index]))

const isSameMessage = (a: StoredMessage, b: StoredMessage | undefined): boolean =>
  a.id === b?.id && a.seq === b.seq && a.rev === b.rev && a.text === b.text && countsOf(a) === countsOf(b)

/** I3: what a reader was shown is the stored room, in order, once, without a hole. */
function checkReader(reader: ReaderRecord, { stored, allowsReset }: SceneRecord, versions: Versions) {
  const problems: string[] = []
  const shown = new Set<string>()
  const missing = new Set<number>()
  const bySeq = new Map(stored.map((row) => [row.seq, row]))
  /** One that was deleted before it could be shown is shown to nobody as new. */
  const isDue = (seq: number) => bySeq.get(seq)?.text !== ''
  let next = 1
  let mayStepBack = false
  let doubled = 0
  let outOfOrder = 0

  for (const entry of reader.entries) {
    if (entry.kind === 'began') {
      if (entry.why !== 'joined') {
        if (!allowsReset) problems.push(`had to start over (${entry.why})`)
        shown.clear()
        missing.clear()
      }
      next = entry.seq + 1
      mayStepBack = true
      continue
    }
    // Messages in the initial view must not appear as events too.
    if (mayStepBack && entry.seq < next) next = entry.seq
    mayStepBack = false
    const row = bySeq.get(entry.seq)
    const texts = versions.get(entry.id) ?? [row?.text]
    if (row?.id !== entry.id || !texts.includes(entry.text))
      problems.push(`was shown what is not stored at ${entry.seq}`)
    if (shown.has(entry.id)) {
      doubled += 1
      problems.push(`was shown ${entry.seq} twice`)
    } else if (entry.seq < next) {
      outOfOrder += 1
      missing.delete(entry.seq)
      problems.push(`was shown ${entry.seq} after ${next - 1}`)
    } else {
      const skipped = range(next, entry.seq - 1).filter(isDue)
      if (skipped.length > 0) problems.push(`was shown ${entry.seq} with ${skipped.join(', ')} missing`)
      for (const seq of skipped) missing.add(seq)
      next = entry.seq + 1
    }
    shown.add(entry.id)
  }
  const head = stored.at(-1)?.seq ?? 0
  const unseen = range(next, head).filter(isDue)
  for (const seq of unseen) missing.add(seq)
  if (unseen.length > 0) problems.push(`ends at ${next - 1} of ${head}`)
  if (reader.leftovers > 0) problems.push(`still shows ${reader.leftovers} messages that were never sent`)
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

/** I3: the list at the end is the end of the stored room, and of its reactions everybody knows their own. */
function checkViews({ people, stored }: SceneRecord, reactors: Reactors): Violation[] {
  const problems = people.flatMap((person) => [
    ...viewProblems(person, stored),
    ...ownProblems(person, reactors),
  ])
  return examples('I3', problems)
}

function viewProblems({ name: person, view }: PersonRecord, stored: readonly StoredMessage[]): string[] {
  if (stored.length > 0 && view.length === 0) return [`${person} shows nothing`]
  const tail = view.length === 0 ? [] : stored.slice(-view.length)
  const place = view.findIndex((message, index) => !isSameMessage(message, tail[index]))
  const other = view[place]
  if (tail.length === view.length && !other) return []
  const where = other && `, at ${other.seq}: ${described(other)} instead of ${described(tail[place])}`
  return [`${person} shows ${view.length} messages that are not the end of the room${where ?? ''}`]
}

const described = (message: StoredMessage | undefined): string =>
  message ? `rev ${message.rev} "${name(message.text)}" ${countsOf(message)}`.trim() : 'nothing'

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

/** I4 for what is done to messages: done, or refused and not done. */
function checkUnackedChanges({ writers, stored }: SceneRecord): Violation[] {
  const texts = new Set(stored.map((row) => row.text))
  const problems = writers.flatMap(({ name: writer, changes }) =>
    changes.flatMap(({ message, text = '', outcome }) => {
      if (outcome.kind === 'waiting') return [`${writer}: neither done nor failed: ${name(text) || message}`]
      if (outcome.kind === 'failed' && text !== '' && texts.has(text))
        return [`${writer}: failed with ${outcome.code} and is stored: ${name(text)}`]
      // The SDK takes no more while what is acked has not arrived yet, as with readers who are cut off.
      return outcome.kind === 'failed' && outcome.code !== 'outbox_full'
        ? [`${writer}: a change of their own was refused: ${outcome.code}`]
        : []
    }),
  )
  return examples('I4', problems)
}

/** I5: nobody receives anything of another room, another app, or content they may not read. */
function checkForeign({ room, mark, readers, people, overheard }: SceneRecord): Violation[] {
  const isForeign = (text: string) => text !== '' && !text.startsWith(mark)
  const lists = [
    ...readers.map(({ name: reader, entries }) => ({ reader, entries })),
    ...people.map(({ name: reader, view: entries }) => ({ reader, entries })),
  ]
  const shown = lists.flatMap(({ reader, entries }) =>
    entries
      .filter((entry) => 'text' in entry && isForeign(entry.text))
      .map(() => `${reader} was shown a message of another room`),
  )
  const heard = overheard
    .filter((fact) => fact.room !== room || fact.texts.some(isForeign))
    .map((fact) => `${fact.event} of ${fact.room} came to a connection in ${room}`)
  return examples('I5', [...shown, ...heard])
}

/** Texts may be long; their beginning is unique. */
const name = (text: string): string => text.slice(0, 40)
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
