/** REACT-1 to REACT-7, with P3 and P4 for reactions. */
import { expect } from 'vitest'
import type { Room } from '../../src/types.js'
import { goOffline, goOnline, until, type Rule } from './world.js'

const idOf = (number: number) => `0193b2c4-7a00-7000-8000-${String(number).padStart(12, '0')}`
const FAMILY = '👨‍👩‍👧‍👦'

/** `👍 2 mine, 🎉 1` of the first message. */
const shown = (room: Room) =>
  room.messages[0]?.reactions
    .map(({ emoji, count, mine }) => `${emoji} ${count}${mine ? ' mine' : ''}`)
    .join(', ')

export const REACTIONS: readonly Rule[] = [
  {
    title: '[REACT-1] [REACT-7] everybody sees the counts in the order of first use, and each their own',
    async holds(world) {
      const [ada, bob] = [await world.join('ada'), await world.join('bob')]
      const { id } = await ada.room.send('one')
      await bob.room.react(id, FAMILY)
      await ada.room.react(id, '👍')
      await bob.room.react(id, '👍')
      await until(() => expect(shown(ada.room)).toBe(`${FAMILY} 1, 👍 2 mine`))
      await until(() => expect(shown(bob.room)).toBe(`${FAMILY} 1 mine, 👍 2 mine`))
      await bob.room.unreact(id, FAMILY)
      await ada.room.react(id, FAMILY)
      await until(() => expect(shown(bob.room)).toBe(`👍 2 mine, ${FAMILY} 1`))
      const tablet = await world.join('ada')
      expect(shown(tablet.room)).toBe(`👍 2 mine, ${FAMILY} 1 mine`)
    },
  },
  {
    title: '[REACT-2] what is there already, or is not, changes nothing',
    async holds(world) {
      const ada = await world.join('ada')
      const { id } = await ada.room.send('one')
      const react = (number: number) => ({ change: idOf(number), id, emoji: '👍' })
      expect(await ada.ask('reaction:remove', react(1))).toMatchObject({ rev: 1 })
      expect(await ada.ask('reaction:add', react(2))).toMatchObject({ rev: 2 })
      expect(await ada.ask('reaction:add', react(3))).toMatchObject({ rev: 2 })
      expect(await ada.ask('reaction:remove', react(4))).toMatchObject({ rev: 3 })
      expect(await ada.ask('reaction:add', react(2)), 'made once').toMatchObject({ rev: 2 })
      expect(await ada.ask('reaction:add', { ...react(2), emoji: FAMILY })).toBe('change_conflict')
      await until(() => expect(shown(ada.room)).toBe(''))
    },
  },
  {
    title:
      '[REACT-2] [CHANGE-1] a request that changed nothing changes nothing when it is repeated later, and keeps its id',
    async holds(world) {
      const [phone, laptop] = [await world.join('ada'), await world.join('ada')]
      const { id } = await phone.room.send('one')
      await laptop.room.react(id, '👍')
      const late = { change: idOf(1), id, emoji: '👍' }
      expect(await phone.ask('reaction:add', late)).toMatchObject({ rev: 2 })
      await laptop.room.unreact(id, '👍')
      expect(await phone.ask('reaction:add', late), 'the answer was lost').toMatchObject({ rev: 2 })
      expect((await world.read())[0]).toMatchObject({ rev: 3 })
      expect((await world.read())[0]).not.toHaveProperty('reactions')
      expect(await phone.ask('reaction:add', { ...late, emoji: FAMILY })).toBe('change_conflict')
      expect(await phone.ask('reaction:remove', late)).toBe('change_conflict')
      const bob = await world.join('bob')
      expect(await bob.ask('reaction:add', late)).toBe('change_conflict')
    },
  },
  {
    title: '[REACT-3] only so many different ones',
    limits: { reactionsPerMessage: 1 },
    async holds(world) {
      const [ada, bob] = [await world.join('ada'), await world.join('bob')]
      const { id } = await ada.room.send('one')
      await ada.room.react(id, '👍')
      const other = { change: idOf(1), id, emoji: FAMILY }
      expect(await bob.ask('reaction:add', other)).toBe('too_many_reactions')
      await bob.room.react(id, '👍')
      await until(() => expect(shown(ada.room)).toBe('👍 2 mine'))
    },
  },
  {
    title: '[REACT-3] only so many different ones of one person; who has them all may take one back',
    limits: { reactionsPerMessagePerUser: 2 },
    async holds(world) {
      const [ada, bob] = [await world.join('ada'), await world.join('bob')]
      const { id } = await ada.room.send('one')
      const react = (number: number, emoji: string) => ({ change: idOf(number), id, emoji })
      await bob.room.react(id, '👍')
      await bob.room.react(id, '🎉')
      await ada.room.react(id, FAMILY)
      expect(await bob.ask('reaction:add', react(1, '🔥'))).toBe('too_many_reactions')
      expect(await bob.ask('reaction:add', react(2, FAMILY)), 'of others').toBe('too_many_reactions')
      expect(await bob.ask('reaction:add', react(3, '🎉')), 'there already').toMatchObject({ rev: 4 })
      await bob.room.unreact(id, '👍')
      await bob.room.react(id, FAMILY)
      await until(() => expect(shown(ada.room)).toBe(`🎉 1, ${FAMILY} 2 mine`))
      await ada.room.react(id, '🔥')
      const other = await ada.room.send('two')
      await bob.room.react(other.id, '👍')
    },
  },
  {
    title: '[REACT-4] the spellings of one emoji are one reaction',
    async holds(world) {
      const [ada, bob] = [await world.join('ada'), await world.join('bob')]
      const { id } = await ada.room.send('one')
      await ada.room.react(id, '❤')
      await bob.room.react(id, '❤\ufe0f')
      await until(() => expect(shown(ada.room)).toBe('❤\ufe0f 2 mine'))
      await ada.room.unreact(id, '❤')
      await until(() => expect(shown(ada.room)).toBe('❤\ufe0f 1'))
      const again = { change: idOf(1), id, emoji: '❤' }
      expect(await ada.ask('reaction:add', again)).toMatchObject({ rev: 5 })
      expect(await ada.ask('reaction:add', { ...again, emoji: '❤\ufe0f' })).toMatchObject({ rev: 5 })
    },
  },
  {
    title: '[REACT-4] [REACT-5] no emoji, no message, a deleted one, no capability',
    async holds(world) {
      const [ada, reader] = [await world.join('ada'), await world.join('reader')]
      const { id } = await ada.room.send('one')
      const react = { change: idOf(1), id, emoji: '👍' }
      for (const emoji of ['lol', '7', '👍👍', '👍\u200d👍', '🇿🇿', 'x'.repeat(10_000)])
        expect(await ada.ask('reaction:add', { ...react, emoji })).toBe('invalid_request')
      expect(await reader.ask('reaction:add', react)).toBe('forbidden')
      expect(await ada.ask('reaction:add', { ...react, id: idOf(404) })).toBe('message_not_found')
      await ada.room.react(id, '👍')
      await ada.room.delete(id)
      expect(shown(ada.room)).toBe('')
      expect(await ada.ask('reaction:remove', react)).toBe('message_deleted')
    },
  },
  {
    title: '[P3] [P4] made on two devices, one of them away, they end the same on both',
    async holds(world) {
      const [phone, laptop] = [await world.join('ada'), await world.join('ada')]
      const { id } = await phone.room.send('one')
      await until(() => expect(laptop.room.messages).toHaveLength(1))
      goOffline(phone)
      const waiting = [phone.room.react(id, '👍'), phone.room.unreact(id, '🎉'), phone.room.react(id, FAMILY)]
      expect(shown(phone.room)).toBe(`👍 1 mine, ${FAMILY} 1 mine`)
      await laptop.room.react(id, '🎉')
      await laptop.room.react(id, '👍')
      goOnline(phone)
      await Promise.all(waiting)
      for (const { room } of [phone, laptop])
        await until(() => expect(shown(room)).toBe(`👍 1 mine, ${FAMILY} 1 mine`))
      expect((await world.read())[0]).toMatchObject({ rev: 5 })
    },
  },
]
