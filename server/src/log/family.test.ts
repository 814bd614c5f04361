import { describe, expect, test, vi } from 'vitest'
import { Refusal } from '../errors/refusal.js'
import type { RoomGone } from '../errors/room-gone.js'
import type { Changed } from '../storage/change-repository.js'
import type { Appended, NewMessage } from '../storage/message-repository.js'
import { createChanges, createMessages } from './family.js'
import { toNewChange, type RoomChange } from './room-change.js'

const ROOM = { roomKey: 1, roomId: 'lobby', channel: 'r/demo/lobby', epoch: 'e1' }

const answerOf = (refused: Refusal | RoomGone | undefined) =>
  refused instanceof Refusal ? refused.code : refused?.name

describe('messages', () => {
  const message: NewMessage = {
    ...{ ...ROOM, id: 'm1', text: 'hi', fingerprint: 'f' },
    author: { id: 'ada', name: 'Ada' },
  }
  const appended = (outcome: Appended['outcome']): Appended => ({ outcome, seq: 3, rev: 7, at: 5 })
  const append = vi.fn(() => Promise.resolve([appended('added')]))
  const lookUp = vi.fn(() => Promise.resolve([appended('known')]))
  const messages = createMessages({ append, lookUp })

  test('are appended, and looked up by what they are', async () => {
    expect(await messages.store([message])).toEqual([appended('added')])
    expect(append).toHaveBeenCalledWith([message])
    expect(await messages.lookUp([message])).toEqual([appended('known')])
    expect(lookUp).toHaveBeenCalledWith([message])
  })

  test.each([
    ['added', undefined],
    ['known', undefined],
    ['conflict', 'message_conflict'],
    ['gone', 'RoomGone'],
  ] as const)('[P3] %s is answered with %s', (outcome, code) => {
    expect(answerOf(messages.refusalOf(message, appended(outcome)))).toBe(code)
  })

  test('readers get those that are new, and nothing of the rest', () => {
    const written = (['added', 'known', 'conflict', 'gone'] as const).map((outcome) =>
      messages.writtenOf(message, appended(outcome)),
    )
    const row = { id: 'm1', seq: 3, rev: 7, at: 5, user: { id: 'ada', name: 'Ada' }, text: 'hi' }
    expect(written).toEqual([{ rev: 7, row }, undefined, undefined, undefined])
  })
})

describe('changes', () => {
  const change: RoomChange = {
    ...{ ...ROOM, id: 'c1', by: { kind: 'user', id: 'ada' }, conditions: { who: 'anybody' as const } },
    change: { kind: 'message.edited', message: 'm1', text: 'new' },
  }
  const changed = (outcome: Changed['outcome']): Changed => ({
    ...{ outcome, seq: 3, rev: 7, at: 5, author: 'ada' },
  })
  const apply = vi.fn(() => Promise.resolve([changed('applied')]))
  const lookUp = vi.fn(() => Promise.resolve([changed('known')]))
  const changes = createChanges({ apply, lookUp })

  test('are applied, and looked up, as they are written down', async () => {
    expect(await changes.store([change])).toEqual([changed('applied')])
    expect(apply).toHaveBeenCalledWith([toNewChange(change)])
    expect(await changes.lookUp([change])).toEqual([changed('known')])
    expect(lookUp).toHaveBeenCalledWith([toNewChange(change)])
  })

  test.each([
    ['applied', undefined],
    ['known', undefined],
    ['unchanged', undefined],
    ['missing', 'message_not_found'],
    ['gone', 'RoomGone'],
  ] as const)('[CHANGE-1] [REACT-2] %s is answered with %s', (outcome, code) => {
    expect(answerOf(changes.refusalOf(change, changed(outcome)))).toBe(code)
  })

  test('readers get those that were made now', () => {
    const written = (['applied', 'known', 'unchanged', 'missing'] as const).map((outcome) =>
      changes.writtenOf(change, changed(outcome)),
    )
    const row = { id: 'm1', seq: 3, rev: 7, text: 'new', editedAt: 5 }
    expect(written).toEqual([{ rev: 7, row }, undefined, undefined, undefined])
    const settings: RoomChange = { ...change, change: { kind: 'room.updated', info: { title: 'Lobby' } } }
    expect(changes.writtenOf(settings, changed('applied'))).toEqual({
      ...{ rev: 7, info: { title: 'Lobby', rev: 7 } },
    })
  })
})
