import { describe, expect, it } from 'vitest'
import { committed, ownFrame, ownRows, shownAfter } from './message.js'
import type { MessageRow, RoomChanged } from './protocol/index.js'
import { NO_REACTIONS } from './reactions.js'

const row = (seq: number, more: Partial<MessageRow> = {}): MessageRow => ({
  ...{ id: `m${seq}`, seq, rev: seq, at: 1, user: { id: 'eve', name: 'Eve' }, text: 'hi' },
  ...more,
})

describe('a message as it is shown', () => {
  it('is its row, sent, with one list of reactions for all that have none', () => {
    const message = committed(row(1))
    expect(message).toStrictEqual({ ...row(1), state: 'sent', reactions: NO_REACTIONS })
    expect(message.reactions).toBe(NO_REACTIONS)
  })

  it("[REACT-7] has one's own reactions from what came beside the row, which is no field of it", () => {
    const [given] = ownRows({
      ...{ epoch: 'e', hasOlder: false, hasNewer: false, mine: { 1: ['👍'] } },
      messages: [row(1, { reactions: { '👍': 2 } })],
    })
    expect(shownAfter(undefined, given!)).toStrictEqual({
      ...{ ...row(1), state: 'sent' },
      reactions: [{ emoji: '👍', count: 2, mine: true }],
    })
  })

  it('goes on from what is known, and is the same object where nothing is new', () => {
    const known = committed(row(1, { reactions: { '👍': 2 } }))
    const edited = shownAfter(known, { id: 'm1', seq: 1, rev: 5, text: 'new', editedAt: 9 })
    expect(edited).toStrictEqual({ ...known, rev: 5, text: 'new', editedAt: 9 })
    expect(edited?.reactions).toBe(known.reactions)
    expect(shownAfter(known, row(1, { text: 'older' }))).toBe(known)
    expect(shownAfter(undefined, { id: 'm1', seq: 1, rev: 5, text: 'new' })).toBeUndefined()
  })
})

describe('what is of oneself', () => {
  it('[REACT-7] of an answer stands at the rows that have any', () => {
    const part = { epoch: 'e', messages: [row(1), row(2)], hasOlder: false, hasNewer: false }
    expect(ownRows({ ...part, mine: { 2: ['👍'] } }).map(({ mine }) => mine)).toEqual([undefined, ['👍']])
    expect(ownRows(part)).toBe(part.messages)
  })

  it('[REACT-6] of a frame is what oneself did; rows and other patches stay as they are', () => {
    const patch = { id: 'm1', seq: 1, rev: 3, reactions: { '👍': 2 } }
    const mine = { emoji: '👍', user: 'ada', on: true }
    const frame: RoomChanged = {
      ...{ room: 'lobby', epoch: 'e', from: 2, rev: 5 },
      messages: [
        { ...patch, reacted: [{ emoji: '👍', user: 'eve', on: true }, mine] },
        { id: 'm2', seq: 2, rev: 4, text: 'new' },
        row(5),
      ],
    }
    const { messages, ...rest } = ownFrame(frame, 'ada')
    expect(messages).toEqual([{ ...patch, reacted: [mine] }, ...frame.messages.slice(1)])
    expect(rest).toEqual({ room: 'lobby', epoch: 'e', from: 2, rev: 5 })
    expect(ownFrame(frame, undefined).messages[0]).toMatchObject({ reacted: [] })
  })
})
