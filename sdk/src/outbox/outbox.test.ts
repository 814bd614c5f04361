import { describe, expect, it, vi } from 'vitest'
import { memoryStorage } from '../../test/memory-storage.js'
import {
  ada,
  chats,
  join,
  quietly,
  server,
  settle,
  start,
  visit,
  useLobby,
} from '../../test/support/lobby.js'
import { ChatError } from '../errors.js'
import { handled } from '../handled.js'
import { Outbox } from './outbox.js'
import { overlay } from './overlay.js'
import type { SendRequest } from '../protocol/index.js'
import { openStorage } from '../storage.js'
import type { Draft, Room } from '../types.js'

useLobby()

const shown = (room: Room) => room.messages.map(({ text, state }) => `${text} ${state}`)
async function settledSend(room: Room, text: string) {
  const sent = room.send(text)
  await settle()
  return sent
}
/** For sends whose end is not the point. */
const send = (room: Room, text: string) => quietly(room.send(text))

describe('sending', () => {
  it('shows a message at once, after the committed ones, and commits it without a flicker', async () => {
    const room = await join()
    server.sayAs('Bob', 'before')
    await settle(0)
    const lists: string[][] = []
    room.on('change', () => lists.push(shown(room)))
    const sent = room.send('hello')
    expect(shown(room)).toEqual(['before sent', 'hello pending'])
    const [, pending] = room.messages
    expect(await sent).toMatchObject({ id: pending!.id, seq: 2, state: 'sent' })
    await settle(0)
    expect(lists.every((list) => list.length === 2)).toBe(true)
    expect(shown(room)).toEqual(['before sent', 'hello sent'])
  })

  it('[P2] one at a time, in the order written', async () => {
    const room = await join()
    const sent = await Promise.all(['one', 'two', 'three'].map((text) => room.send(text)))
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(server.stored().texts).toEqual(['one', 'two', 'three'])
  })

  it('carries replyTo and meta', async () => {
    const room = await join()
    const meta = { mood: 'good' }
    const sent = room.send({ text: 'hello', replyTo: 'other', meta })
    meta.mood = 'changed later'
    expect(await sent).toMatchObject({ replyTo: 'other', meta: { mood: 'good' } })
  })

  it('normalises text to NFC', async () => {
    const room = await join()
    expect((await room.send('e\u0301')).text).toBe('\u00e9')
  })

  it.each([
    [null, 'invalid_request'],
    [undefined, 'invalid_request'],
    [7, 'invalid_request'],
    [{}, 'invalid_request'],
    [{ text: 'x', replyTo: 5 }, 'invalid_request'],
    [{ text: 'x', meta: [] }, 'invalid_request'],
    [{ text: 'x', meta: { big: 1n } }, 'invalid_request'],
    [{ text: 'x', meta: { long: 'x'.repeat(5_000) } }, 'invalid_request'],
    ['', 'message_empty'],
    [' \n\u200b', 'message_empty'],
    ['x'.repeat(4_001), 'message_too_long'],
    ['👩‍👩‍👧‍👦'.repeat(700), 'message_too_long'],
  ])('refuses %s before anything leaves', async (draft, code) => {
    const room = await join()
    await expect(room.send(draft as Draft)).rejects.toMatchObject({ code, retryable: false })
    expect(room.messages).toEqual([])
  })

  it('4,000 characters are fine, whatever they are made of', async () => {
    const room = await join()
    expect((await room.send('😀'.repeat(4_000))).seq).toBe(1)
  })
})

describe('failures', () => {
  it('a retryable refusal keeps it pending, says why, and waits as long as told', async () => {
    const room = await join()
    server.refuseNextSend('rate_limited', { retryAfterMs: 3_000 })
    const sent = room.send('patience')
    send(room, 'after it')
    await settle(2_900)
    expect(shown(room)).toEqual(['patience pending', 'after it pending'])
    expect(room.messages[0]!.error).toMatchObject({ code: 'rate_limited' })
    await settle(1_000)
    expect(await sent).toMatchObject({ seq: 1 })
    expect(room.messages[0]!.error).toBeUndefined()
    expect(server.stored().texts).toEqual(['patience', 'after it'])
  })

  it.each([
    ['rate_limited', 'a moment after its window', 250],
    ['overloaded', 'within a second after the wish: everybody else does too', 1_000],
  ] as const)('%s: it goes out again %s', async (code, _when, spreadMs) => {
    const room = await join()
    server.refuseNextSend(code, { retryAfterMs: 3_000 })
    send(room, 'patience')
    // Chance is always a half here.
    await settle(3_000 + spreadMs / 2 - 20)
    expect(shown(room)).toEqual(['patience pending'])
    await settle(40)
    expect(shown(room)).toEqual(['patience sent'])
  })

  it('a fault of the server fails none: it waits and goes out, in order, once the fault is gone', async () => {
    const room = await join()
    for (let i = 0; i < 5; i++) server.refuseNextSend('internal', { retryable: false })
    send(room, 'patience')
    send(room, 'after it')
    await settle(0)
    expect(shown(room)).toEqual(['patience pending', 'after it pending'])
    await settle(60_000)
    expect(shown(room)).toEqual(['patience sent', 'after it sent'])
    expect(server.stored().texts).toEqual(['patience', 'after it'])
  })

  it('a message that the server has a fault with for more than a day fails, and the next ones go on', async () => {
    const room = await join()
    for (let i = 0; i < 2; i++) server.refuseNextSend('internal')
    send(room, 'poison')
    await settle(0)
    expect(shown(room)).toEqual(['poison pending'])
    vi.setSystemTime(Date.now() + 24 * 3_600_000 + 1)
    await settle(30_000)
    send(room, 'yes')
    await settle(0)
    expect(shown(room)).toEqual(['yes sent', 'poison failed'])
  })

  it('any other refusal fails it, and the next ones go on', async () => {
    const room = await join()
    server.refuseNextSend('forbidden')
    const refused = expect(room.send('no')).rejects.toMatchObject({ code: 'forbidden' })
    const sent = room.send('yes')
    await refused
    await sent
    await settle(0)
    expect(shown(room)).toEqual(['yes sent', 'no failed'])
  })

  it('a failed message is sent again with the same id, or discarded', async () => {
    const room = await join()
    server.refuseNextSend('forbidden')
    server.refuseNextSend('forbidden')
    await expect(room.send('one')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(room.send('two')).rejects.toMatchObject({ code: 'forbidden' })
    const [one, two] = room.messages
    expect(await room.retry(one!.id)).toMatchObject({ id: one!.id, seq: 1 })
    room.discard(two!.id)
    await settle(0)
    expect(shown(room)).toEqual(['one sent'])
    await expect(room.retry('unknown')).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('a pending message is discarded: its promise rejects, its copy goes, and the next one goes out', async () => {
    const room = await join()
    server.refuseNextSend('rate_limited', { retryAfterMs: 3_000 })
    const gone = expect(room.send('one')).rejects.toMatchObject({ code: 'closed' })
    send(room, 'two')
    await settle(0)
    room.discard(room.messages[0]!.id)
    await gone
    await settle(4_000)
    expect(shown(room)).toEqual(['two sent'])
    expect(server.stored().texts).toEqual(['two'])
  })

  describe('a connection that ends when a message is sent', () => {
    const lost = new ChatError('offline', 'unable to send message; the connection ended')
    /** A room's outbox alone; `ends` says whether a send ends the connection, and how much later. */
    const outboxWhere = (ends: (text: string) => number | undefined) =>
      new Outbox({
        room: 'lobby',
        storage: openStorage(null),
        scope: 'test',
        random: () => 0.5,
        request: (_name, request) =>
          new Promise((resolve, reject) => {
            const { id, text } = request as SendRequest
            const afterMs = ends(text)
            if (afterMs === undefined) return resolve({ epoch: 'e', message: { id, text, rev: 1 } } as never)
            setTimeout(() => {
              outbox.pause()
              reject(lost)
            }, afterMs)
          }),
        acked() {},
        failed() {},
        notJoined() {},
        changed() {},
      })
    let outbox: Outbox
    const ada = { id: 'ada', name: 'Ada' }
    const add = (text: string) => handled(outbox.add({ kind: 'message.created', text }, ada))
    const states = () => overlay([], outbox.entries).map(({ text, state }) => `${text} ${state}`)
    const comeBack = async (times: number, afterMs: number) => {
      for (let i = 0; i < times; i++) {
        outbox.resume()
        await settle(RETRY_MS + afterMs)
      }
    }
    const RETRY_MS = 500

    it('five times in a row and at once: that message fails, the next one goes out, and a retry keeps the id', async () => {
      let isDisliked = true
      outbox = outboxWhere((text) => (isDisliked && text === 'disliked' ? 10 : undefined))
      const disliked = add('disliked')
      const next = add('next')
      await comeBack(4, 10)
      expect(states()).toEqual(['disliked pending', 'next pending'])
      await comeBack(1, 10)
      await expect(disliked).rejects.toMatchObject({ code: 'offline', retryable: false })
      expect(states()).toEqual(['disliked failed', 'next pending'])
      await comeBack(1, 10)
      await next
      isDisliked = false
      const { id } = outbox.entries[0]!
      expect(await outbox.retry(id)).toMatchObject({ row: { id } })
    })

    it('at any other time, or not in a row: it waits', async () => {
      let endsMs = 3_000
      outbox = outboxWhere(() => endsMs)
      void add('patient')
      await comeBack(10, endsMs)
      endsMs = 10
      await comeBack(4, endsMs)
      endsMs = 3_000
      await comeBack(1, endsMs)
      endsMs = 10
      await comeBack(4, endsMs)
      expect(states()).toEqual(['patient pending'])
      outbox.clear('closed', 'the test is over')
    })
  })

  it('[P3] a lost ack ends in one message', async () => {
    const room = await join()
    server.loseNextAck()
    const sent = room.send('once')
    await settle(1_000)
    expect(await sent).toMatchObject({ seq: 1 })
    expect(server.stored().texts).toEqual(['once'])
    expect(shown(room)).toEqual(['once sent'])
  })

  it('[P3] the frame may be faster than the ack', async () => {
    const room = await join()
    server.delayAcks(5_000)
    const sent = await room.send('by frame')
    expect(sent).toMatchObject({ seq: 1, state: 'sent' })
    await settle(6_000)
    expect(shown(room)).toEqual(['by frame sent'])
  })

  it('[P4] an ack whose frame was lost makes the room ask', async () => {
    const room = await join()
    const heard: string[] = []
    room.on('message', ({ text }) => heard.push(text))
    server.loseNextFrame()
    await room.send('lost')
    expect(shown(room)).toEqual(['lost sent'])
    expect(heard).toEqual([])
    await settle(1_000)
    expect(heard).toEqual(['lost'])
    expect(shown(room)).toEqual(['lost sent'])
  })

  it('[P7] is bounded', async () => {
    const room = await join()
    server.goOffline()
    for (let i = 0; i < 100; i++) send(room, `m${i}`)
    await expect(room.send('one too many')).rejects.toMatchObject({ code: 'outbox_full' })
    expect(room.messages).toHaveLength(100)
  })

  it('[P7] is bounded in bytes', async () => {
    const room = await join()
    server.goOffline()
    for (let i = 0; i < 16; i++) send(room, '😀'.repeat(4_000))
    await expect(room.send('😀'.repeat(4_000))).rejects.toMatchObject({ code: 'outbox_full' })
  })

  it('[P7] failed messages take no place from those that wait; the newest hundred of them are kept', async () => {
    const storage = memoryStorage()
    start()
    server.setCapabilities(['read'])
    const room = await visit({ storage })
    const codes: string[] = []
    for (let i = 0; i < 104; i++) await room.send(`m${i}`).catch(({ code }: ChatError) => codes.push(code))
    expect(new Set(codes)).toEqual(new Set(['forbidden']))
    expect(codes).toHaveLength(104)
    expect(room.messages.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, i) => `m${i + 4}`))
    server.setCapabilities(['read', 'write'])
    expect(await room.send('allowed')).toMatchObject({ state: 'sent' })
    expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toHaveLength(100)
  })

  it('[P7] what failed is bounded in bytes too, and a retry needs a place among those that wait', async () => {
    const room = await join()
    server.setCapabilities(['read'])
    for (const text of [...Array.from({ length: 18 }, () => '😀'.repeat(4_000)), 'again'])
      await expect(room.send(text)).rejects.toMatchObject({ code: 'forbidden' })
    expect(room.messages).toHaveLength(17)
    server.setCapabilities(['read', 'write'])
    server.goOffline()
    for (let i = 0; i < 100; i++) send(room, `m${i}`)
    const failed = room.messages.find(({ text }) => text === 'again')!
    await expect(room.retry(failed.id)).rejects.toMatchObject({ code: 'outbox_full' })
    expect(room.messages.find(({ id }) => id === failed.id)!.state).toBe('failed')
    server.goOnline()
    await settle(5_000)
    expect(await room.retry(failed.id)).toMatchObject({ text: 'again', state: 'sent' })
  })

  it('a server that forgot us is joined again, and the message goes out', async () => {
    const room = await join()
    server.refuseNextSend('not_joined')
    const sent = room.send('still here')
    await settle(500)
    expect(await sent).toMatchObject({ seq: 1 })
    expect(room.status).toBe('joined')
  })
})

describe('without a connection', () => {
  it('takes messages, and sends them in order when it is back', async () => {
    const room = await join()
    server.goOffline()
    const sent = ['one', 'two'].map((text) => room.send(text))
    await settle(60_000)
    expect(shown(room)).toEqual(['one pending', 'two pending'])
    server.goOnline()
    expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('closing rejects who waits', async () => {
    const room = await join()
    server.goOffline()
    const closed = expect(room.send('never')).rejects.toMatchObject({ code: 'closed' })
    await chats[0]!.close()
    await closed
  })
})

describe('in a room that is closed', () => {
  it('a retry is refused as a send is', async () => {
    const room = await join()
    server.refuseNextSend('forbidden')
    send(room, 'refused')
    await settle(0)
    server.closeRoom('room_not_found')
    await settle(0)
    const [failed] = room.messages
    const ends = vi.fn()
    room.retry(failed!.id).catch(({ code }: ChatError) => ends(code))
    await settle(60_000)
    expect(ends).toHaveBeenCalledWith('room_not_found')
    expect(shown(room)).toEqual(['refused failed'])
  })
})

describe('over a reload', () => {
  it('[P3] unsent messages come back with the same ids and go out in order', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    server.goOffline()
    for (const text of ['one', 'two', 'three']) send(first, text)
    const ids = first.messages.map(({ id }) => id)
    await chats[0]!.close()
    server.goOnline()
    const second = await visit({ storage })
    await settle(0)
    expect(server.stored()).toMatchObject({ texts: ['one', 'two', 'three'], ids })
    expect(shown(second)).toEqual(['one sent', 'two sent', 'three sent'])
    expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
  })

  it('one that was committed meanwhile is not sent again', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    server.loseNextAck()
    server.loseNextFrame()
    send(first, 'once')
    await settle(0)
    await chats[0]!.close()
    const second = await visit({ storage })
    await settle(0)
    expect(shown(second)).toEqual(['once sent'])
    expect(server.stored().texts).toEqual(['once'])
  })

  it('a failed one stays failed, and one older than a day is not sent by surprise', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    server.refuseNextSend('forbidden')
    send(first, 'failed')
    await settle(0)
    server.goOffline()
    send(first, 'old')
    await chats[0]!.close()
    vi.setSystemTime(Date.now() + 25 * 3_600_000)
    server.goOnline()
    const second = await visit({ storage })
    await settle(0)
    expect(shown(second)).toEqual(['failed failed', 'old failed'])
    expect(second.messages.map(({ error }) => error!.code)).toEqual(['forbidden', 'timeout'])
  })

  it('one that was acked after its room was left is not kept, and not called failed a day later', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage })
    send(first, 'on its way')
    await first.leave()
    await settle(0)
    expect(server.stored().texts).toEqual(['on its way'])
    expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
  })

  it('[P3] a tab that comes late with what another tab has rewritten and sent changes nothing', async () => {
    const storage = memoryStorage()
    start()
    const one = await visit({ storage })
    const id = (await settledSend(one, 'first')).id
    server.refuseNextChange('rate_limited', { retryAfterMs: 2_000 })
    quietly(one.edit(id, 'former'))
    await settle()
    server.refuseNextChange('rate_limited', { retryAfterMs: 60_000 })
    const late = await visit({ storage })
    quietly(one.edit(id, 'rewritten'))
    await settle(5_000)
    expect(server.stored()).toMatchObject({ texts: ['rewritten'], rev: 2 })
    await settle(70_000)
    expect(server.stored()).toMatchObject({ texts: ['rewritten'], rev: 2 })
    for (const room of [one, late]) expect(shown(room)).toEqual(['rewritten sent'])
    expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
  })

  it('[P3] what was rewritten stays stored when another tab has sent what it was', async () => {
    const storage = memoryStorage()
    start()
    const one = await visit({ storage })
    server.refuseNextSend('rate_limited', { retryAfterMs: 60_000 })
    const sent = one.send('former')
    quietly(sent)
    await settle()
    server.refuseNextSend('rate_limited', { retryAfterMs: 2_000 })
    const other = await visit({ storage })
    quietly(one.edit(one.messages[0]!.id, 'rewritten'))
    await chats[0]!.close()
    await settle(5_000)
    expect(shown(other)).toEqual(['former sent'])
    const third = await visit({ storage })
    await settle(5_000)
    expect(shown(third)).toEqual(['rewritten sent'])
    expect(server.stored().texts).toEqual(['rewritten'])
    expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
  })

  it('another user does not get them', async () => {
    const storage = memoryStorage()
    start()
    const first = await visit({ storage, token: 'a' })
    server.goOffline()
    send(first, 'private')
    await chats[0]!.close()
    server.goOnline()
    expect((await visit({ storage, token: 'e' })).messages).toEqual([])
  })

  it('[P8] a user whose id looks like another user and room reads nothing of theirs', async () => {
    const storage = memoryStorage()
    start({ users: { a: ada, b: { id: 'ada|lobby', name: 'Bob' } } })
    const theirs = await visit({ storage, token: 'b' })
    server.goOffline()
    send(theirs, 'between us')
    await chats[0]!.close()
    server.goOnline()
    expect((await visit({ storage, token: 'a' })).messages).toEqual([])
  })

  it('storage that refuses everything costs nothing but the reload', async () => {
    const refuse = () => {
      throw new Error('SecurityError')
    }
    start()
    const room = await visit({
      storage: { getItem: refuse, setItem: refuse, removeItem: refuse, key: refuse, length: 0 },
    })
    expect((await room.send('hello')).seq).toBe(1)
  })

  it('what is stored and is not ours to read is thrown away', async () => {
    const storage = memoryStorage()
    start()
    await visit({ storage })
    await chats[0]!.close()
    const key = `alcove:outbox:https://fake.invalid|fake|${encodeURIComponent(chats[0]!.me!.id)}|lobby|`
    storage.setItem(`${key}x`, '{"text":')
    storage.setItem(`${key}y`, JSON.stringify({ text: 'x'.repeat(300_000), at: Date.now() }))
    const room = await visit({ storage })
    expect(room.messages).toEqual([])
    expect((await room.send('hello')).seq).toBe(1)
  })
})
