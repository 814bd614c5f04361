/** One's own reactions and those of others, as a room shows them. */
import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../test/memory-storage.js'
import {
  chats,
  eve,
  join,
  quietly,
  said,
  server,
  settle,
  start,
  visit,
  useLobby,
} from '../test/support/lobby.js'
import type { MessageRow, PatchFields } from './protocol/index.js'
import { NO_REACTIONS, reaction, REACTIONS, reactionsAfter } from './reactions.js'
import type { Message, Reaction, Room } from './types.js'

useLobby()

/** `👍 2 mine, 🎉 1` of the newest message. */
const shown = (room: Room) =>
  room.messages
    .at(-1)!
    .reactions.map(({ emoji, count, mine }) => `${emoji} ${count}${mine ? ' mine' : ''}`)
    .join(', ')

describe('a reaction', () => {
  it('[REACT-1] is shown at once, and once it is committed counts once', async () => {
    const room = await join({ latencyMs: 10 })
    const id = await said(room)
    await settle(100)
    const changed: string[] = []
    room.on('message-changed', ({ current }) => changed.push(current.reactions.map((r) => r.emoji).join()))
    const reacted = room.react(id, '👍')
    expect(shown(room)).toBe('👍 1 mine')
    expect(changed).toEqual([])
    await settle(100)
    expect(await reacted).toMatchObject({ rev: 2, reactions: [{ emoji: '👍', count: 1, mine: true }] })
    expect(shown(room)).toBe('👍 1 mine')
    expect(changed).toEqual(['👍'])
    expect(room.messages.at(-1)).not.toHaveProperty('pending')
  })

  it('[REACT-1] of others is counted in the order of first use, and is not unread', async () => {
    const room = await join()
    const id = await said(room)
    server.react(id, '🎉', eve)
    server.react(id, '👍', eve)
    server.react(id, '👍', 'Bob')
    quietly(room.react(id, '👍'))
    await settle()
    expect(shown(room)).toBe('🎉 1, 👍 3 mine')
    server.unreact(id, '🎉', eve)
    server.react(id, '🎉', eve)
    await settle()
    expect(shown(room)).toBe('👍 3 mine, 🎉 1')
    expect(room.unread).toBe(0)
  })

  it('is the same array while nothing about reactions changed', async () => {
    const room = await join()
    const id = await said(room)
    expect(room.messages.at(-1)!.reactions).toEqual([])
    server.react(id, '👍', eve)
    await settle()
    const { reactions } = room.messages.at(-1)!
    server.edit(id, 'edited')
    server.dropConnection()
    await settle(5_000)
    expect(room.messages.at(-1)).toMatchObject({ text: 'edited' })
    expect(room.messages.at(-1)!.reactions).toBe(reactions)
    const before = JSON.stringify(reactions)
    server.react(id, '👍', 'Bob')
    await settle()
    expect(shown(room)).toBe('👍 2')
    expect(JSON.stringify(reactions), 'and never changes').toBe(before)
  })

  it('taken back is gone, and what is there already, or is not, changes nothing', async () => {
    const room = await join()
    const id = await said(room)
    await room.react(id, '👍')
    expect(await room.react(id, '👍')).toMatchObject({ rev: 2 })
    await room.unreact(id, '👍')
    expect(await room.unreact(id, '👍')).toMatchObject({ rev: 3, reactions: [] })
    expect(server.stored()).toMatchObject({ rev: 3 })
  })

  it('waits without a connection, and the last of a change of mind goes out alone', async () => {
    const room = await join()
    const id = await said(room)
    server.goOffline()
    quietly(room.react(id, '👍'))
    quietly(room.unreact(id, '👍'))
    quietly(room.react(id, '👍'))
    quietly(room.react(id, '🎉'))
    expect(shown(room)).toBe('👍 1 mine, 🎉 1 mine')
    server.goOnline()
    await settle(5_000)
    expect(shown(room)).toBe('👍 1 mine, 🎉 1 mine')
    expect(server.stored()).toMatchObject({ rev: 3 })
  })

  it('survives a reload', async () => {
    const storage = memoryStorage()
    start()
    const room = await visit({ storage })
    const id = await said(room)
    server.goOffline()
    quietly(room.react(id, '👍'))
    await chats.pop()!.close()
    server.goOnline()
    const again = await visit({ storage })
    await settle(5_000)
    expect(shown(again)).toBe('👍 1 mine')
    expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
  })

  it('to a message that has not gone out follows it', async () => {
    const room = await join()
    server.goOffline()
    quietly(room.send('hello'))
    quietly(room.react(room.messages.at(-1)!.id, '👍'))
    expect(shown(room)).toBe('👍 1 mine')
    server.goOnline()
    await settle(5_000)
    expect(shown(room)).toBe('👍 1 mine')
    expect(room.messages.at(-1)).toMatchObject({ seq: 1, rev: 2, state: 'sent' })
  })

  it('[CHANGE-1] whose answer is lost is made once', async () => {
    const room = await join()
    const id = await said(room)
    server.loseNextAck()
    quietly(room.react(id, '👍'))
    await settle(5_000)
    expect(shown(room)).toBe('👍 1 mine')
    expect(server.stored()).toMatchObject({ rev: 2 })
  })

  it('[REACT-7] on one device is mine on the other, live and after a break', async () => {
    const phone = await join()
    const id = await said(phone)
    const laptop = await visit()
    await phone.react(id, '👍')
    await settle()
    expect(shown(laptop)).toBe('👍 1 mine')
    await laptop.unreact(id, '👍')
    await laptop.react(id, '🎉')
    await settle()
    expect(shown(phone)).toBe('🎉 1 mine')
    expect(shown(await visit()), 'a third one').toBe('🎉 1 mine')
    server.loseNextFrame()
    await laptop.react(id, '👍')
    server.edit(id, 'what shows the gap')
    await settle(5_000)
    expect(shown(phone)).toBe('🎉 1 mine, 👍 1 mine')
    expect(shown(await visit({ token: 'e' })), 'of nobody else').toBe('🎉 1, 👍 1')
  })

  it('[REACT-7] in the history is known as mine', async () => {
    const room = await join()
    await room.react(await said(room), '👍')
    server.fillRoom('lobby', { count: 60 })
    const later = await visit()
    expect(later.messages.some(({ reactions }) => reactions.length > 0)).toBe(false)
    await later.loadOlder(50)
    expect(later.messages[0]!.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }])
  })

  it.each([undefined, null, 7, '', 'x'.repeat(10_000)])(
    '%.10j is refused before it leaves',
    async (emoji) => {
      const room = await join()
      const id = await said(room)
      await expect(room.react(id, emoji as string)).rejects.toMatchObject({ code: 'invalid_request' })
      expect(shown(room)).toBe('')
    },
  )

  it('[REACT-4] that is no emoji is refused by the server, and is gone', async () => {
    const room = await join()
    const id = await said(room)
    const failures: unknown[] = []
    room.on('message-change-failed', ({ change, emoji, error }) => failures.push([change, emoji, error.code]))
    const refused = expect(room.react(id, 'lol')).rejects.toMatchObject({ code: 'invalid_request' })
    await settle()
    await refused
    expect(shown(room)).toBe('')
    expect(failures).toEqual([['react', 'lol', 'invalid_request']])
  })

  it('[REACT-3] beyond the limit is refused, and what is there already is not', async () => {
    const room = await join({ limits: { reactionsPerMessage: 1 } })
    const id = await said(room)
    server.react(id, '👍', eve)
    const refused = expect(room.react(id, '🎉')).rejects.toMatchObject({ code: 'too_many_reactions' })
    await settle()
    await refused
    await room.react(id, '👍')
    expect(shown(room)).toBe('👍 2 mine')
  })

  it('[REACT-5] needs the capability, and a message that is not deleted', async () => {
    const room = await join()
    const id = await said(room)
    server.setCapabilities(['read', 'write'])
    await expect(room.react(id, '👍')).rejects.toMatchObject({ code: 'forbidden' })
    server.setCapabilities(['read', 'react'])
    quietly(room.react(id, '👍'))
    await settle()
    server.delete(id)
    expect(shown(room)).toBe('')
    await expect(room.unreact(id, '👍')).rejects.toMatchObject({ code: 'message_deleted' })
  })
})

describe('what a row or a patch makes of the reactions that are shown', () => {
  const row = (reactions?: MessageRow['reactions']): MessageRow => ({
    ...{ id: 'm1', seq: 1, rev: 1, at: 1, user: eve, text: 'hi' },
    ...(reactions && { reactions }),
  })
  const known: readonly Reaction[] = [
    { emoji: '👍', count: 2, mine: true },
    { emoji: '🎉', count: 1, mine: false },
  ]
  const patched = (fields: PatchFields) => reactionsAfter(known, fields)
  const counts = { '👍': 2, '🎉': 1 }

  it('[REACT-7] a row has all counts, and says which of them are of oneself', () => {
    expect(reactionsAfter(NO_REACTIONS, row(counts), ['👍'])).toEqual(known)
    expect(reactionsAfter(known, row({ '🎉': 1 }))).toEqual([{ emoji: '🎉', count: 1, mine: false }])
  })

  it('[REACT-6] a patch has all counts, and says what of oneself is another', () => {
    const reacted = [
      { emoji: '👍', user: 'ada', on: false },
      { emoji: '🎉', user: 'ada', on: true },
    ]
    expect(patched({ reactions: { '👍': 1, '🎉': 2 }, reacted })).toEqual([
      { emoji: '👍', count: 1, mine: false },
      { emoji: '🎉', count: 2, mine: true },
    ])
    expect(patched({ reactions: { '👍': 3 } })).toEqual([{ emoji: '👍', count: 3, mine: true }])
  })

  it('what is equal is the same list, and all that are empty are one', () => {
    expect(reactionsAfter(known, row(counts), ['👍'])).toBe(known)
    expect(patched({ text: 'new' })).toBe(known)
    expect(patched({ reactions: null })).toBe(NO_REACTIONS)
    expect(reactionsAfter(known, row())).toBe(NO_REACTIONS)
  })

  it.each([
    ['a count', row({ '👍': 3, '🎉': 1 }), ['👍']],
    ['an emoji', row({ '👍': 2, '❤️': 1 }), ['👍']],
    ['an order', row({ '🎉': 1, '👍': 2 }), ['👍']],
    ['oneself', row(counts), ['🎉']],
    ['one more', row({ ...counts, '❤️': 1 }), ['👍']],
    ['one less', row({ '👍': 2 }), ['👍']],
  ])('another list is another one: %s', (_what, given, own) => {
    const after = reactionsAfter(known, given, own)
    expect(after).not.toBe(known)
    expect(Object.fromEntries(after.map(({ emoji, count }) => [emoji, count]))).toEqual(given.reactions)
    expect(after.flatMap(({ emoji, mine }) => (mine ? emoji : []))).toEqual(own)
  })
})

describe('[REACT-4] what cannot be an emoji', () => {
  it.each([[''], [7], [undefined], [['👍']], ['👍'.repeat(33)]])(
    '%.20j is refused before it is sent',
    (emoji) => {
      expect(() => reaction('reaction.added', 'm1', emoji as string)).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      )
    },
  )

  it('and what can be is left to the server', () => {
    const emoji = 'x'.repeat(64)
    expect(reaction('reaction.removed', 'm1', emoji)).toEqual({
      kind: 'reaction.removed',
      message: 'm1',
      emoji,
    })
  })
})

describe('[REACT-2] a reaction', () => {
  const message = (reactions: readonly Reaction[]): Message => ({
    ...{ id: 'm1', seq: 1, rev: 1, at: 1, user: eve, text: 'hi', state: 'sent', reactions },
  })
  const others: Reaction = { emoji: '👍', count: 1, mine: false }
  const own: Reaction = { emoji: '👍', count: 2, mine: true }
  const made = { message: 'm1', emoji: '👍' }
  const isAdded = (reactions: readonly Reaction[]) =>
    REACTIONS['reaction.added'].isDone?.(message(reactions), { kind: 'reaction.added', ...made })
  const isRemoved = (reactions: readonly Reaction[]) =>
    REACTIONS['reaction.removed'].isDone?.(message(reactions), { kind: 'reaction.removed', ...made })

  it('is there already, or is gone, where one’s own is', () => {
    const all = [[], [others], [own], [{ ...own, emoji: '🎉' }]]
    expect(all.map(isAdded)).toEqual([false, false, true, false])
    expect(all.map(isRemoved)).toEqual([true, true, false, true])
  })
})
