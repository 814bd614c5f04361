/** One's own edits and deletions: at once over what is committed, once and in order, and gone where they are refused. */
import { describe, expect, it, vi } from 'vitest'
import { memoryStorage } from '../test/memory-storage.js'
import {
  ada,
  chats,
  join,
  outboxKeys,
  quietly,
  said,
  server,
  settle,
  start,
  visit,
  useLobby,
} from '../test/support/lobby.js'
import { type ChatError } from './errors.js'
import type { ChangeFailure, ChatOptions, Message, Room } from './types.js'

useLobby()

/** `text state`, and what marks it: `hello sent edit!`. */
const shown = (room: Room) =>
  room.messages.map(
    ({ text, state, pending, deleted, editedAt, error }) =>
      `${deleted ? `(deleted by ${deleted.by})` : text} ${state}${editedAt ? ', edited' : ''}${pending ? ` ${pending}!` : ''}${error ? ` ${error.code}` : ''}`,
  )
/** How a call ended: a code, or what it gave; nothing while it waits. */
function endOf(promise: Promise<Message | undefined>): () => string | undefined {
  let end: string | undefined
  promise.then(
    (message) => (end = message ? `${message.text} rev ${message.rev}` : 'nothing'),
    ({ code }: ChatError) => (end = code),
  )
  return () => end
}
function failuresOf(room: Room): string[] {
  const failures: string[] = []
  room.on('message-change-failed', ({ change, text, error }: ChangeFailure) =>
    failures.push(`${change} ${text ?? ''} ${error.code}`),
  )
  return failures
}

describe('an edit', () => {
  it('is shown at once, marked until it is committed, and resolves with the message as it is then', async () => {
    const room = await join({ latencyMs: 10 })
    const id = await said(room, 'hello')
    const lists: string[] = []
    room.on('change', () => lists.push(...shown(room)))
    const edited = room.edit(id, 'hello you')
    expect(lists).toEqual(['hello you sent, edited edit!'])
    await settle(100)
    expect(await edited).toMatchObject({ id, text: 'hello you', state: 'sent', rev: 2, seq: 1 })
    expect(await edited).not.toHaveProperty('pending')
    expect(lists.every((line) => line.startsWith('hello you sent, edited'))).toBe(true)
    expect(shown(room)).toEqual(['hello you sent, edited'])
    expect(server.stored().rows).toMatchObject([{ id, text: 'hello you', rev: 2 }])
  })

  it('is a message-changed once it is committed, not before, and no new message', async () => {
    const room = await join({ latencyMs: 10 })
    const id = await said(room, 'hello')
    const events: string[] = []
    room.on('message', ({ text }) => events.push(text))
    room.on('message-changed', ({ current, previous }) => events.push(`${previous.text} -> ${current.text}`))
    quietly(room.edit(id, 'hello you'))
    expect(events).toEqual([])
    await settle(100)
    expect(events).toEqual(['hello -> hello you'])
  })

  it('has its text in the normal form', async () => {
    const room = await join()
    const id = await said(room, 'hello')
    expect(await room.edit(id, 'e\u0301')).toMatchObject({ text: '\u00e9' })
  })

  it.each([
    ['', 'message_empty'],
    [' \n\u200b', 'message_empty'],
    ['x'.repeat(4_001), 'message_too_long'],
    [7, 'invalid_request'],
    [undefined, 'invalid_request'],
    [{ text: 'no draft' }, 'invalid_request'],
  ])('of %s is refused before anything leaves', async (text, code) => {
    const room = await join()
    const id = await said(room, 'hello')
    await expect(room.edit(id, text as string)).rejects.toMatchObject({
      code,
      retryable: false,
      message: expect.stringMatching(/^unable to change message; /),
    })
    expect(shown(room)).toEqual(['hello sent'])
  })

  it.each([undefined, null, 7, ''])('of no message (%j) is refused', async (id) => {
    const room = await join()
    await expect(room.edit(id as string, 'text')).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('goes out after what was sent before it, and before what is sent after it', async () => {
    const room = await join()
    const first = await said(room, 'first')
    server.goOffline()
    quietly(room.send('second'))
    quietly(room.edit(first, 'first, edited'))
    quietly(room.send('third'))
    server.goOnline()
    await settle(5_000)
    expect(server.stored().rows.map(({ text, rev }) => `${text} ${rev}`)).toEqual([
      'first, edited 3',
      'second 2',
      'third 4',
    ])
  })

  it('[CHANGE-4] keeps everything else of the message', async () => {
    const room = await join()
    const { id } = await room.send({ text: 'hello', replyTo: 'other', meta: { card: 1 } })
    expect(await room.edit(id, 'bye')).toMatchObject({ replyTo: 'other', meta: { card: 1 }, seq: 1 })
  })

  it('of a message that is not shown is sent by its id', async () => {
    const room = await join()
    const id = await said(room, 'old')
    server.fillRoom('lobby', { count: 60 })
    const later = await visit()
    expect(later.messages.some((message) => message.id === id)).toBe(false)
    expect(await later.edit(id, 'old, edited')).toBeUndefined()
    expect(server.stored().texts[0]).toBe('old, edited')
  })
})

describe('a deletion', () => {
  it('[CHANGE-5] leaves the place and the author, at once', async () => {
    const room = await join({ latencyMs: 10 })
    quietly(room.send({ text: 'hello', meta: { card: 1 } }))
    await settle(100)
    const [{ id, at }] = room.messages as [Message]
    const deleted = room.delete(id, { reason: 'a mistake' })
    expect(shown(room)).toEqual(['(deleted by author) sent delete!'])
    await settle(100)
    const message = await deleted
    expect(message).toMatchObject({ id, seq: 1, at, user: ada, text: '', deleted: { by: 'author' } })
    expect(message).not.toHaveProperty('meta')
    expect(message).not.toHaveProperty('pending')
    expect(shown(room)).toEqual(['(deleted by author) sent'])
  })

  it.each([7, {}, 'x'.repeat(501)])('with %s as its reason is refused', async (reason) => {
    const room = await join()
    const id = await said(room, 'hello')
    await expect(room.delete(id, { reason: reason as string })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('of a message of others is for moderators', async () => {
    const room = await join()
    const id = server.sayAs('Bob', 'spam')
    await settle(0)
    await expect(room.delete(id)).rejects.toMatchObject({ code: 'forbidden' })
    server.setCapabilities(['read', 'write', 'moderate'], 'lobby', ada)
    await settle(0)
    expect(await room.delete(id)).toMatchObject({ deleted: { by: 'moderator' } })
  })

  it('takes back the unread of those who had not seen the message', async () => {
    const room = await join()
    const theirs = await visit({ token: 'e' })
    const id = await said(room, 'oops')
    expect(theirs.unread).toBe(1)
    await room.delete(id)
    await settle(0)
    expect(theirs.unread).toBe(0)
  })
})

describe('who may', () => {
  it('[CHANGE-2] authors, within the window; moderators may delete what others wrote', async () => {
    const room = await join({ limits: { editWindowSeconds: 60 } })
    await said(room, 'mine')
    server.sayAs('Bob', 'theirs')
    await settle(0)
    const may = () =>
      room.messages.map((it) => `${room.mayEdit(it) ? 'edit ' : ''}${room.mayDelete(it) ? 'delete' : ''}`)
    expect(may()).toEqual(['edit delete', ''])
    server.setCapabilities(['read', 'write', 'moderate'])
    await settle(0)
    expect(may()).toEqual(['edit delete', 'delete'])
    await settle(60_001)
    expect(may()).toEqual(['delete', 'delete'])
    server.setCapabilities(['read'])
    await settle(0)
    expect(may()).toEqual(['', ''])
    const [mine] = room.messages
    await expect(room.edit(mine!.id, 'late')).rejects.toMatchObject({ code: 'forbidden' })
    server.setCapabilities(['read', 'write'])
    await settle(0)
    await expect(room.edit(mine!.id, 'late')).rejects.toMatchObject({ code: 'edit_window_closed' })
  })

  it('[CHANGE-3] nobody changes what is deleted, one’s own pending deletion included', async () => {
    const room = await join()
    const id = await said(room, 'mine')
    server.goOffline()
    quietly(room.delete(id))
    const [message] = room.messages
    expect(room.mayEdit(message!)).toBe(false)
    await expect(room.edit(id, 'again')).rejects.toMatchObject({ code: 'message_deleted' })
    await expect(room.delete(id)).rejects.toMatchObject({ code: 'message_deleted' })
  })

  it.each([-3_600_000, 3_600_000])(
    'goes by the server’s clock, also when the device’s is set by %i ms',
    async (setMs) => {
      const room = await join({ limits: { editWindowSeconds: 60 } })
      const [, theirs] = [await said(room, 'mine'), await visit()]
      expect(theirs.mayEdit(theirs.messages[0]!)).toBe(true)
      vi.setSystemTime(Date.now() + setMs)
      expect(room.mayEdit(room.messages[0]!)).toBe(true)
      await settle(61_000)
      expect(room.mayEdit(room.messages[0]!)).toBe(false)
    },
  )
})

describe('of a message that has not gone out', () => {
  it('an edit changes it, and nothing more is sent', async () => {
    const room = await join()
    server.goOffline()
    const message = room.send('helo')
    const [{ id }] = room.messages as [Message]
    const edited = room.edit(id, 'hello')
    expect(shown(room)).toEqual(['hello pending'])
    server.goOnline()
    await settle(5_000)
    expect(await edited).toMatchObject({ id, text: 'hello' })
    expect(await message).toMatchObject({ id, text: 'hello' })
    expect(server.stored()).toMatchObject({ rev: 1, texts: ['hello'] })
    expect(shown(room)).toEqual(['hello sent'])
  })

  it('a deletion discards it', async () => {
    const storage = memoryStorage()
    start()
    const room = await visit({ storage })
    server.goOffline()
    const end = endOf(room.send('never mind'))
    const deleted = endOf(room.delete(room.messages[0]!.id))
    await settle(0)
    expect([end(), deleted(), shown(room), outboxKeys(storage)]).toEqual(['closed', 'nothing', [], []])
    server.goOnline()
    await settle(5_000)
    expect(server.stored().rev).toBe(0)
  })

  it('but failed: an edit sends it again, with the new text', async () => {
    const room = await join()
    server.refuseNextSend('forbidden')
    await expect(room.send('no')).rejects.toMatchObject({ code: 'forbidden' })
    const [{ id }] = room.messages as [Message]
    expect(await room.edit(id, 'yes')).toMatchObject({ id, text: 'yes', state: 'sent' })
    expect(shown(room)).toEqual(['yes sent'])
  })

  it('and that waits for a rate limit: an edit changes it as well', async () => {
    const room = await join()
    server.refuseNextSend('rate_limited', { retryAfterMs: 3_000 })
    quietly(room.send('one'))
    await settle(0)
    quietly(room.edit(room.messages[0]!.id, 'two'))
    await settle(4_000)
    expect(server.stored()).toMatchObject({ rev: 1, texts: ['two'] })
  })

  it('[P3] but may have: an edit follows as a change of its own, and the message is what was sent', async () => {
    const room = await join()
    server.loseNextAck()
    server.loseNextFrame()
    const message = endOf(room.send('one'))
    const edited = room.edit(room.messages[0]!.id, 'two')
    expect(shown(room)).toEqual(['two pending, edited edit!'])
    await settle(5_000)
    expect(message()).toBe('one rev 1')
    expect(await edited).toMatchObject({ text: 'two', rev: 2 })
    expect(server.stored().texts).toEqual(['two'])
  })

  it('a deletion of one that is on its way follows it', async () => {
    const room = await join({ latencyMs: 10 })
    quietly(room.send('one'))
    const deleted = endOf(room.delete(room.messages[0]!.id))
    expect(shown(room)).toEqual(['(deleted by author) pending delete!'])
    await settle(100)
    expect(deleted()).toBe(' rev 2')
    expect(shown(room)).toEqual(['(deleted by author) sent'])
  })

  it('and then fails: an edit behind it is its text from now on', async () => {
    const room = await join({ latencyMs: 10 })
    const failures = failuresOf(room)
    server.refuseNextSend('forbidden')
    quietly(room.send('one'))
    const [{ id }] = room.messages as [Message]
    const edited = endOf(room.edit(id, 'two'))
    await settle(100)
    expect([edited(), shown(room), failures]).toEqual(['forbidden', ['two failed forbidden'], []])
    quietly(room.send('next'))
    await settle(100)
    quietly(room.retry(id))
    await settle(100)
    expect(server.stored()).toMatchObject({ rev: 2, texts: ['next', 'two'] })
  })

  it('and then fails: a deletion behind it discards it', async () => {
    const storage = memoryStorage()
    start({ latencyMs: 10 })
    const room = await visit({ storage })
    server.refuseNextSend('forbidden')
    const sent = endOf(room.send('one'))
    const [{ id }] = room.messages as [Message]
    const ends = [endOf(room.edit(id, 'two')), endOf(room.delete(id))]
    await settle(100)
    expect([sent(), ...ends.map((end) => end())]).toEqual(['forbidden', 'nothing', 'nothing'])
    expect([shown(room), outboxKeys(storage)]).toEqual([[], []])
  })

  it('but failed: a deletion discards it', async () => {
    const room = await join()
    server.refuseNextSend('forbidden')
    await expect(room.send('no')).rejects.toMatchObject({ code: 'forbidden' })
    expect(await room.delete(room.messages[0]!.id)).toBeUndefined()
    expect(shown(room)).toEqual([])
  })

  it('and is to be deleted: it is not edited any more', async () => {
    const room = await join({ latencyMs: 10 })
    quietly(room.send('one'))
    const [{ id }] = room.messages as [Message]
    quietly(room.delete(id))
    expect(room.mayEdit(room.messages[0]!)).toBe(false)
    await expect(room.edit(id, 'two')).rejects.toMatchObject({ code: 'message_deleted' })
    await settle(100)
  })
})

describe('several to one message', () => {
  it('a later edit takes the place of one that waits', async () => {
    const room = await join()
    const id = await said(room, 'one')
    server.goOffline()
    const ends = [endOf(room.edit(id, 'two')), endOf(room.edit(id, 'three'))]
    expect(shown(room)).toEqual(['three sent, edited edit!'])
    server.goOnline()
    await settle(5_000)
    expect(ends.map((end) => end())).toEqual(['three rev 2', 'three rev 2'])
    expect(server.stored()).toMatchObject({ rev: 2, texts: ['three'] })
  })

  it('an edit and a deletion leave the deletion', async () => {
    const room = await join()
    const id = await said(room, 'one')
    server.goOffline()
    const ends = [endOf(room.edit(id, 'two')), endOf(room.delete(id))]
    expect(shown(room)).toEqual(['(deleted by author) sent delete!'])
    server.goOnline()
    await settle(5_000)
    expect(ends.map((end) => end())).toEqual([' rev 2', ' rev 2'])
    expect(server.stored()).toMatchObject({ rev: 2, texts: [''] })
  })

  it('one that is on its way is followed', async () => {
    const room = await join({ latencyMs: 10 })
    const id = await said(room, 'one')
    const edits = ['two', 'three', 'four'].map((text) => endOf(room.edit(id, text)))
    expect(shown(room)).toEqual(['four sent, edited edit!'])
    await settle(100)
    expect(server.stored()).toMatchObject({ rev: 3, texts: ['four'] })
    expect(edits.map((end) => end())).toEqual(['four rev 2', 'four rev 3', 'four rev 3'])
  })
})

describe('a change that is refused', () => {
  it('is removed, rejects, and is reported with its text', async () => {
    const room = await join()
    const failures = failuresOf(room)
    const id = await said(room, 'one')
    server.refuseNextChange('edit_window_closed')
    await expect(room.edit(id, 'two')).rejects.toMatchObject({ code: 'edit_window_closed' })
    expect(shown(room)).toEqual(['one sent'])
    server.refuseNextChange('forbidden')
    await expect(room.delete(id)).rejects.toMatchObject({ code: 'forbidden' })
    expect(failures).toEqual(['edit two edit_window_closed', 'delete  forbidden'])
    expect(shown(room)).toEqual(['one sent'])
  })

  it('because somebody else was first shows what they did', async () => {
    const room = await join()
    const id = await said(room, 'one')
    server.goOffline()
    const end = endOf(room.edit(id, 'two'))
    server.delete(id, 'Moderator')
    server.goOnline()
    await settle(5_000)
    expect(end()).toBe('message_deleted')
    expect(shown(room)).toEqual(['(deleted by moderator) sent'])
  })

  it('for now waits, says why, and is made when it may be', async () => {
    const room = await join()
    const failures = failuresOf(room)
    const id = await said(room, 'one')
    server.refuseNextChange('unavailable')
    const edited = room.edit(id, 'two')
    await settle(0)
    expect(shown(room)).toEqual(['two sent, edited edit! unavailable'])
    await settle(5_000)
    expect(await edited).toMatchObject({ text: 'two' })
    expect(failures).toEqual([])
  })

  it('in a room that closes goes with it', async () => {
    const room = await join()
    const failures = failuresOf(room)
    const id = await said(room, 'one')
    server.refuseNextChange('rate_limited', { retryAfterMs: 60_000 })
    const end = endOf(room.edit(id, 'two'))
    await settle(0)
    server.closeRoom('room_not_found')
    await settle(0)
    expect(end()).toBe('room_not_found')
    expect(failures).toEqual(['edit two room_not_found'])
    await expect(room.edit(id, 'three')).rejects.toMatchObject({ code: 'room_not_found' })
  })

  it('may be taken back before: `discard`', async () => {
    const room = await join()
    const failures = failuresOf(room)
    const id = await said(room, 'one')
    server.goOffline()
    const end = endOf(room.delete(id))
    room.discard(id)
    await settle(0)
    expect([end(), shown(room), failures]).toEqual(['closed', ['one sent'], []])
  })
})

describe('[P3] a change is made once', () => {
  it('with a lost ack', async () => {
    const room = await join()
    const id = await said(room, 'one')
    server.loseNextAck()
    const edited = room.edit(id, 'two')
    await settle(5_000)
    expect(await edited).toMatchObject({ text: 'two', rev: 2 })
    expect(server.stored().rev).toBe(2)
  })

  it('with a lost frame: shown from the ack on, and asked for', async () => {
    const room = await join()
    const id = await said(room, 'one')
    const events: string[] = []
    room.on('message-changed', ({ current }) => events.push(current.text))
    server.loseNextFrame()
    await room.edit(id, 'two')
    expect(shown(room)).toEqual(['two sent, edited'])
    expect(events).toEqual([])
    await settle(1_000)
    expect(events).toEqual(['two'])
    expect(shown(room)).toEqual(['two sent, edited'])
  })

  it('with a frame before the ack', async () => {
    const room = await join()
    const id = await said(room, 'one')
    server.delayAcks(5_000)
    quietly(room.edit(id, 'two'))
    await settle(0)
    expect(shown(room)).toEqual(['two sent, edited edit!'])
    server.edit(id, 'by another device')
    await settle(6_000)
    expect(shown(room)).toEqual(['by another device sent, edited'])
  })

  it('with an ack of a log that started over', async () => {
    const room = await join()
    const id = await said(room, 'one')
    server.loseNextFrame()
    await room.edit(id, 'two')
    server.wipeRoom()
    await settle(5_000)
    expect(shown(room)).toEqual([])
  })
})

describe('over a reload', () => {
  /** As heard by somebody who listens as soon as there is a room. */
  async function failuresAfterReload(storage: ChatOptions['storage']): Promise<string[]> {
    const chat = server.createChat({ token: 'a', storage })
    chats.push(chat)
    const failures = chat.join('lobby').then(failuresOf)
    await settle(100)
    return failures
  }

  it('what waits is shown, goes out once and in order', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    const [one, two] = [await said(first, 'one'), await said(first, 'two')]
    server.goOffline()
    quietly(first.edit(one, 'one, edited'))
    quietly(first.delete(two))
    quietly(first.send('three'))
    expect(outboxKeys(storage)).toHaveLength(3)
    await chats[0]!.close()
    server.goOnline()
    const second = await visit({ storage })
    await settle(0)
    expect(shown(second)).toEqual(['one, edited sent, edited', '(deleted by author) sent', 'three sent'])
    expect(server.stored().rev).toBe(5)
    expect(outboxKeys(storage)).toEqual([])
  })

  it('a refused one is reported, though nobody awaits it', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    const id = await said(first, 'one')
    server.goOffline()
    quietly(first.edit(id, 'two'))
    await chats[0]!.close()
    server.delete(id)
    server.goOnline()
    expect(await failuresAfterReload(storage)).toEqual(['edit two message_deleted'])
    expect(outboxKeys(storage)).toEqual([])
  })

  it('one that waited more than a day is not made by surprise', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    const id = await said(first, 'one')
    server.goOffline()
    quietly(first.edit(id, 'two'))
    await chats[0]!.close()
    vi.setSystemTime(Date.now() + 25 * 3_600_000)
    server.goOnline()
    expect(await failuresAfterReload(storage)).toEqual(['edit two timeout'])
    expect(server.stored()).toMatchObject({ rev: 1, texts: ['one'] })
    expect(outboxKeys(storage)).toEqual([])
  })

  it('[SESSION-9] another person does not make it, and its author does when they are back', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    const id = await said(first, 'one')
    server.goOffline()
    const end = endOf(first.edit(id, 'two'))
    await chats[0]!.close()
    await settle(0)
    expect(end()).toBe('closed')
    server.goOnline()
    const theirs = await visit({ storage, token: 'e' })
    expect(shown(theirs)).toEqual(['one sent'])
    expect(server.stored().rev).toBe(1)
    await visit({ storage })
    await settle(0)
    expect(server.stored().texts).toEqual(['two'])
  })

  it('what a page before edits stored is still sent', async () => {
    const storage = memoryStorage()
    start()
    storage.setItem(
      'alcove:outbox:https://fake.invalid|fake|ada|lobby|0193b2c4-7a00-7000-8000-000000000001',
      JSON.stringify({ text: 'from before', replyTo: 'other', at: Date.now() }),
    )
    const room = await visit({ storage })
    await settle(0)
    expect(shown(room)).toEqual(['from before sent'])
    expect(room.messages[0]).toMatchObject({ replyTo: 'other' })
  })

  it('what a later SDK stored, of a kind that is not known here, is not sent', async () => {
    const storage = memoryStorage()
    start()
    storage.setItem(
      'alcove:outbox:https://fake.invalid|fake|ada|lobby|0193b2c4-7a00-7000-8000-000000000001',
      JSON.stringify({ kind: 'message.framed', message: 'x', at: Date.now() }),
    )
    expect(shown(await visit({ storage }))).toEqual([])
    expect(server.stored().rev).toBe(0)
  })
})

describe('[P7] is bounded', () => {
  it('by the hundred entries that messages are bounded by', async () => {
    const room = await join()
    const ids: string[] = []
    for (let i = 0; i < 60; i++) ids.push(await said(room, `m${i}`))
    server.goOffline()
    for (const id of ids) quietly(room.edit(id, 'edited'))
    for (let i = 0; i < 40; i++) quietly(room.send('more'))
    await expect(room.send('one too many')).rejects.toMatchObject({ code: 'outbox_full' })
    quietly(room.edit(ids[0]!, 'in place of another'))
    expect(shown(room)[0]).toBe('in place of another sent, edited edit!')
    quietly(room.delete(ids[1]!))
    await expect(room.edit('not shown', 'one too many')).rejects.toMatchObject({ code: 'outbox_full' })
  })

  it('in bytes, also as an edit grows', async () => {
    const room = await join()
    const id = await said(room, 'small')
    server.goOffline()
    quietly(room.edit(id, 'small still'))
    for (let i = 0; i < 16; i++) quietly(room.send('😀'.repeat(4_000)))
    await expect(room.edit(id, '😀'.repeat(4_000))).rejects.toMatchObject({ code: 'outbox_full' })
    expect(shown(room)[0]).toBe('small still sent, edited edit!')
  })
})
