/** P3 and P4 for edits and deletions, and CHANGE-1 to CHANGE-9. */
import { expect } from 'vitest'
import { applyRow, isRow } from '../../src/protocol/index.js'
import type { Message } from '../../src/types.js'
import { memoryStorage } from '../memory-storage.js'
import { codeOf, goOffline, goOnline, rowsOf, texts, until, type Rule } from './world.js'

const idOf = (number: number) => `0193b2c4-7a00-7000-8000-${String(number).padStart(12, '0')}`
const A = idOf(1)
const B = idOf(2)
const MISSING = idOf(404)

export const CHANGES: readonly Rule[] = [
  {
    title: '[CHANGE-1] a change that is asked for again is made once, and gets the rev that is there',
    async holds(world) {
      const ada = await world.join('ada')
      const { id } = await ada.room.send('one')
      const edit = { change: A, id, text: 'two' }
      const answer = await ada.ask('message:edit', edit)
      expect(answer).toMatchObject({ rev: 2 })
      expect(await ada.ask('message:edit', edit)).toEqual(answer)
      const deletion = { change: B, id }
      expect(await ada.ask('message:delete', deletion)).toMatchObject({ rev: 3 })
      expect(await ada.ask('message:delete', deletion)).toMatchObject({ rev: 3 })
      expect(await ada.ask('message:edit', edit)).toEqual(answer)
      expect(await world.read()).toMatchObject([{ rev: 3, text: '' }])
    },
  },
  {
    title: '[CHANGE-1] the same change id with another author, message, kind or body is a conflict',
    async holds(world) {
      const [ada, moderator] = [await world.join('ada'), await world.join('moderator')]
      const [one, other] = [await ada.room.send('one'), await ada.room.send('other')]
      await ada.ask('message:edit', { change: A, id: one.id, text: 'two' })
      expect(await ada.ask('message:edit', { change: A, id: one.id, text: 'three' })).toBe('change_conflict')
      expect(await ada.ask('message:edit', { change: A, id: other.id, text: 'two' })).toBe('change_conflict')
      expect(await ada.ask('message:delete', { change: A, id: one.id })).toBe('change_conflict')
      expect(await moderator.ask('message:delete', { change: A, id: one.id })).toBe('change_conflict')
      expect(texts(await world.read())).toEqual(['two', 'other'])
    },
  },
  {
    title:
      '[CHANGE-1] ids of messages and of changes are apart: the same one may be both, and each is known by its own',
    async holds(world) {
      const ada = await world.join('ada')
      const { id: one } = await ada.room.send('one')
      const edit = { change: one, id: one, text: 'two' }
      expect(await ada.ask('message:edit', edit)).toMatchObject({ rev: 2 })
      expect(await ada.ask('reaction:add', { change: one, id: one, emoji: '👍' })).toBe('change_conflict')
      expect(await ada.ask('reaction:add', { change: A, id: one, emoji: '👍' })).toMatchObject({ rev: 3 })
      const message = { id: A, text: 'three' }
      expect(await ada.ask('message:send', message)).toMatchObject({ message: { seq: 2, rev: 4 } })
      expect(await ada.ask('message:send', message)).toMatchObject({ message: { seq: 2, rev: 4 } })
      expect(await ada.ask('message:edit', edit)).toMatchObject({ rev: 2 })
      await until(() => expect(texts(ada.room.messages)).toEqual(['two', 'three']))
      expect(await world.read()).toEqual(rowsOf(ada.room))
    },
  },
  {
    title: '[CHANGE-2] authors change what they wrote, moderators delete what anybody wrote; no one else may',
    async holds(world) {
      const [ada, bob, moderator, reader] = [
        await world.join('ada'),
        await world.join('bob'),
        await world.join('moderator'),
        await world.join('reader'),
      ]
      const [one, two] = [await ada.room.send('one'), await ada.room.send('two')]
      expect(await bob.ask('message:edit', { change: A, id: one.id, text: 'x' })).toBe('forbidden')
      expect(await bob.ask('message:delete', { change: A, id: one.id })).toBe('forbidden')
      expect(await reader.ask('message:delete', { change: A, id: one.id })).toBe('forbidden')
      expect(await moderator.ask('message:edit', { change: A, id: one.id, text: 'x' })).toBe('forbidden')
      await ada.room.edit(one.id, 'one, edited')
      await moderator.room.delete(two.id, { reason: 'spam' })
      await ada.room.delete(one.id)
      expect(texts(await world.read())).toEqual(['(deleted by author)', '(deleted by moderator)'])
    },
  },
  {
    title: '[CHANGE-2] after the window authors may no more, moderators still delete',
    limits: { editWindowSeconds: 1 },
    async holds(world) {
      const [ada, moderator] = [await world.join('ada'), await world.join('moderator')]
      const [one, own] = [await ada.room.send('one'), await moderator.room.send('own')]
      const shown = () => [ada.room, moderator.room].map(({ messages }) => messages as [Message, Message])
      await until(() => expect(shown().every((list) => list.length === 2)).toBe(true))
      expect(ada.room.mayEdit(one)).toBe(true)
      await until(() => expect([ada.room.mayEdit(one), moderator.room.mayEdit(own)]).toEqual([false, false]))
      // The server's clock may be slightly behind; a change it still commits is a different one.
      let attempt = 100
      await until(async () =>
        expect(await ada.ask('message:edit', { change: idOf(attempt++), id: one.id, text: 'x' })).toBe(
          'edit_window_closed',
        ),
      )
      expect(await ada.ask('message:delete', { change: B, id: one.id })).toBe('edit_window_closed')
      expect(await moderator.ask('message:edit', { change: B, id: own.id, text: 'x' })).toBe(
        'edit_window_closed',
      )
      expect(moderator.room.mayDelete(own)).toBe(true)
      await moderator.room.delete(one.id)
      await moderator.room.delete(own.id)
      expect(texts(await world.read())).toEqual(['(deleted by moderator)', '(deleted by author)'])
    },
  },
  {
    title: '[CHANGE-2] with a window of 0 authors may never',
    limits: { editWindowSeconds: 0 },
    async holds(world) {
      const ada = await world.join('ada')
      const message = await ada.room.send('one')
      expect(ada.room.mayEdit(message)).toBe(false)
      expect(await codeOf(ada.room.edit(message.id, 'two'))).toBe('edit_window_closed')
      expect(await ada.ask('message:edit', { change: A, id: message.id, text: 'two' })).toBe(
        'edit_window_closed',
      )
    },
  },
  {
    title: '[CHANGE-3] a missing message, and a deleted one, for every caller',
    async holds(world) {
      const [ada, moderator] = [await world.join('ada'), await world.join('moderator')]
      expect(await ada.ask('message:edit', { change: A, id: MISSING, text: 'x' })).toBe('message_not_found')
      expect(await moderator.ask('message:delete', { change: A, id: MISSING })).toBe('message_not_found')
      const { id } = await ada.room.send('one')
      await ada.room.delete(id)
      expect(await ada.ask('message:edit', { change: A, id, text: 'x' })).toBe('message_deleted')
      expect(await ada.ask('message:delete', { change: A, id })).toBe('message_deleted')
      expect(await moderator.ask('message:delete', { change: B, id })).toBe('message_deleted')
    },
  },
  {
    title: '[CHANGE-4] an edit goes by the rules of a text, and leaves everything else',
    async holds(world) {
      const ada = await world.join('ada')
      const before = await ada.room.send({ text: 'one', replyTo: MISSING, meta: { card: 1 } })
      const { id } = before
      expect(await ada.ask('message:edit', { change: A, id, text: '' })).toBe('message_empty')
      expect(await ada.ask('message:edit', { change: A, id, text: ' \n' })).toBe('message_empty')
      expect(await ada.ask('message:edit', { change: A, id, text: 'x'.repeat(10_000) })).toBe(
        'message_too_long',
      )
      await ada.ask('message:edit', { change: A, id, text: 'e\u0301' })
      const [row] = await world.read()
      const { state: _, reactions: __, ...sent } = before
      expect(row).toEqual({ ...sent, rev: 2, text: '\u00e9', editedAt: row!.editedAt })
      expect(row!.editedAt).toBeGreaterThanOrEqual(row!.at)
    },
  },
  {
    title: '[CHANGE-5] a deletion leaves the place, and takes what was written',
    async holds(world) {
      const ada = await world.join('ada')
      const { id, seq, at, user } = await ada.room.send({
        text: 'one',
        replyTo: MISSING,
        meta: { card: 1 },
      })
      await ada.room.edit(id, 'two')
      await ada.room.delete(id)
      const [row] = await world.read()
      const deleted = { at: row!.deleted!.at, by: 'author' }
      expect(row).toEqual({ id, seq, at, user, rev: 3, text: '', deleted })
    },
  },
  {
    title: '[CHANGE-6] readers get a patch, which makes of the row before the one that is read later',
    async holds(world) {
      const [ada, bob] = [await world.join('ada'), await world.join('bob')]
      const { id } = await ada.room.send({ text: 'one', meta: { card: 1 } })
      await ada.room.edit(id, 'two')
      await ada.room.delete(id)
      await until(() => expect(bob.network.frames.flatMap(({ messages }) => messages)).toHaveLength(3))
      const [row, ...patches] = bob.network.frames.flatMap(({ messages }) => messages)
      expect([row!, ...patches].map(isRow)).toEqual([true, false, false])
      expect([patches.reduce(applyRow, applyRow(undefined, row!))]).toEqual(await world.read())
    },
  },
  {
    title:
      '[CHANGE-8] a message is edited at most so often; repeated ones do not count, and it can still be deleted',
    limits: { editsPerMessage: 2 },
    async holds(world) {
      const ada = await world.join('ada')
      const [one, other] = [await ada.room.send('one'), await ada.room.send('other')]
      const second = { change: A, id: one.id, text: 'two' }
      await ada.ask('message:edit', second)
      await ada.ask('message:edit', second)
      await ada.ask('message:edit', { change: B, id: one.id, text: 'three' })
      expect(await codeOf(ada.room.edit(one.id, 'four'))).toBe('too_many_edits')
      expect(await ada.ask('message:edit', second)).toMatchObject({ rev: 3 })
      await ada.room.react(one.id, '👍')
      await ada.room.edit(other.id, 'another')
      expect(texts(await world.read())).toEqual(['three', 'another'])
      await ada.room.delete(one.id)
      expect(texts(await world.read())).toEqual(['(deleted by author)', 'another'])
    },
  },
  {
    title: '[CHANGE-9] an edit to the text that is there changes nothing, also when it is repeated later',
    limits: { editsPerMessage: 1 },
    async holds(world) {
      const [ada, bob] = [await world.join('ada'), await world.join('bob')]
      const { id } = await ada.room.send('e\u0301')
      const same = { change: A, id, text: 'e\u0301' }
      expect(await ada.ask('message:edit', same)).toMatchObject({ rev: 1 })
      expect(await ada.room.edit(id, '\u00e9')).not.toHaveProperty('editedAt')
      expect((await world.read())[0]).toMatchObject({ rev: 1 })
      expect((await world.read())[0]).not.toHaveProperty('editedAt')
      await ada.room.edit(id, 'two')
      await ada.room.edit(id, 'two')
      expect(await ada.ask('message:edit', same), 'the answer was lost').toMatchObject({ rev: 1 })
      expect(await ada.ask('message:edit', { ...same, text: 'two' })).toBe('change_conflict')
      expect(await bob.ask('message:edit', same)).toBe('change_conflict')
      expect(await ada.ask('message:edit', { ...same, change: B })).toBe('too_many_edits')
      expect(await world.read()).toMatchObject([{ rev: 2, text: 'two' }])
    },
  },
  {
    title: '[P3] an edit and a deletion whose answers are lost are made once',
    async holds(world) {
      const ada = await world.join('ada')
      const [one, two] = [await ada.room.send('one'), await ada.room.send('two')]
      ada.network.loseAnswer()
      expect(await ada.room.edit(one.id, 'edited')).toMatchObject({ text: 'edited', rev: 3 })
      ada.network.loseAnswer()
      expect(await ada.room.delete(two.id)).toMatchObject({ rev: 4 })
      const rows = await world.read()
      expect(rows.map(({ rev }) => rev)).toEqual([3, 4])
      await until(() => expect(rowsOf(ada.room)).toEqual(rows))
    },
  },
  {
    title: '[P4] who was away through edits and deletions, and who lost their frames, end with the room',
    async holds(world) {
      const [ada, bob, moderator] = [
        await world.join('ada'),
        await world.join('bob'),
        await world.join('moderator'),
      ]
      const [one, two] = [await ada.room.send('one'), await ada.room.send('two')]
      await until(() => expect(bob.room.messages).toHaveLength(2))
      const events: string[] = []
      bob.room.on('message-changed', ({ current, previous }) =>
        events.push(`${texts([previous])} -> ${texts([current])}`),
      )
      goOffline(bob)
      moderator.network.loseFrames(2)
      await ada.room.edit(one.id, 'edited')
      await ada.room.delete(two.id)
      await ada.room.send('three')
      goOnline(bob)
      const rows = await world.read()
      for (const { room } of [ada, bob, moderator]) await until(() => expect(rowsOf(room)).toEqual(rows))
      expect(events).toEqual(['one -> edited', 'two -> (deleted by author)'])
    },
  },
  {
    title: '[P4] what was changed without a connection survives a reload, and is made once and in order',
    async holds(world) {
      const storage = memoryStorage()
      const ada = await world.join('ada', storage)
      const [one, two] = [await ada.room.send('one'), await ada.room.send('two')]
      goOffline(ada)
      void ada.room.edit(one.id, 'edited')
      void ada.room.delete(two.id)
      void ada.room.send('three')
      expect(texts(ada.room.messages)).toEqual(['edited', '(deleted by author)', 'three'])
      await ada.close()
      const again = await world.join('ada', storage)
      await until(() => expect(rowsOf(again.room).map(({ rev }) => rev)).toEqual([3, 4, 5]))
      expect(await world.read()).toEqual(rowsOf(again.room))
      expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
    },
  },
  {
    title:
      '[P3] two tabs over one storage: what one sent, the other had rewritten; nothing is lost or doubled',
    async holds(world) {
      const storage = memoryStorage()
      const one = await world.join('ada', storage)
      const { id } = await one.room.send('first')
      goOffline(one)
      const made = [one.room.send('new'), one.room.edit(id, 'edited'), one.room.react(id, '👍')]
      const other = await world.join('ada', storage)
      await until(() => expect(rowsOf(other.room).map(({ rev }) => rev)).toEqual([4, 2]))
      const [, pending] = one.room.messages
      made.push(one.room.edit(pending!.id, 'new, rewritten'))
      made.push(one.room.edit(id, 'edited again'))
      goOnline(one)
      await Promise.all(made)
      const rows = await world.read()
      expect(texts(rows)).toEqual(['edited again', 'new, rewritten'])
      for (const { room } of [one, other]) {
        await until(() => expect(rowsOf(room)).toEqual(rows))
        expect(room.messages).toHaveLength(2)
      }
      expect([...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
    },
  },
  {
    title: '[P4] two devices that change one message end the same, everywhere',
    async holds(world) {
      const [phone, laptop, bob] = [await world.join('ada'), await world.join('ada'), await world.join('bob')]
      const { id } = await phone.room.send('one')
      await until(() => expect(laptop.room.messages).toHaveLength(1))
      goOffline(phone)
      goOffline(laptop)
      const edits = [phone.room.edit(id, 'phone'), laptop.room.edit(id, 'laptop')]
      goOnline(phone)
      goOnline(laptop)
      await Promise.all(edits)
      goOffline(phone)
      goOffline(laptop)
      const last = [codeOf(phone.room.edit(id, 'too late?')), codeOf(laptop.room.delete(id))]
      goOnline(laptop)
      goOnline(phone)
      expect(['committed', 'message_deleted']).toContain((await Promise.all(last))[0])
      const rows = await world.read()
      expect(texts(rows)).toEqual(['(deleted by author)'])
      for (const { room } of [phone, laptop, bob]) await until(() => expect(rowsOf(room)).toEqual(rows))
    },
  },
]
