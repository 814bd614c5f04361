import { setImmediate as turn } from 'node:timers/promises'
import type { PresenceChanged, User } from '@alcove/sdk/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createRoomPresence } from './presence.js'
import { createMemoryRosters } from '../cluster/roster.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const GRACE_MS = 4_000
/** Of a room too big for a list; the longer of the two. */
const COALESCE_MS = 1_000

const person = (id: string, name = id): User => ({ id, name })
const ada = person('ada')
const bob = person('bob')

function startPresence(listedMembers = 200, capacity = 1_000) {
  const told: Omit<PresenceChanged, 'room'>[] = []
  const onEmpty = vi.fn()
  const presence = createRoomPresence({
    capacity,
    listedMembers,
    openRoster: (options) => createMemoryRosters().open('demo', 'lobby', options),
    deliver: (change) => told.push(change),
    onEmpty,
  })
  return {
    presence,
    onEmpty,
    /** What was told since the last time. */
    async told() {
      vi.advanceTimersByTime(COALESCE_MS)
      // The roster is read between the timer and the telling.
      for (let turns = 0; turns < 3; turns += 1) await turn()
      return told.splice(0)
    },
    isHere: async (id: string) => (await presence.view()).members?.some((user) => user.id === id),
    join: (...ids: string[]) => ids.forEach((id) => void presence.connect(person(id), `${id}/1`)),
    leave: (...ids: string[]) => ids.forEach((id) => presence.disconnect(id, `${id}/1`, 'left')),
  }
}

const people = (count: number, prefix = 'p') => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

describe('telling', () => {
  test('changes of one interval are one fact', async () => {
    const { presence, told, join, leave } = startPresence()
    join('ada', 'bob')
    expect(await told()).toEqual([{ count: 2, joined: [ada, bob] }])
    join('eve')
    leave('bob')
    presence.update(person('ada', 'Ada L.'))
    expect(await told()).toEqual([
      { count: 2, joined: [person('eve')], left: ['bob'], updated: [person('ada', 'Ada L.')] },
    ])
    expect(await told()).toEqual([])
  })

  test('a visit within one interval is not delivered', async () => {
    const { told, join, leave } = startPresence()
    join('ada')
    await told()
    join('bob')
    leave('bob')
    expect(await told()).toEqual([])
  })

  test('[P6] a visit that a newcomer was shown ends with a leave', async () => {
    const { presence, told, join, leave } = startPresence()
    join('ada')
    await told()
    join('bob', 'eve')
    expect((await presence.view()).members).toEqual([ada, bob, person('eve')])
    leave('bob')
    expect(await told()).toEqual([{ count: 2, joined: [person('eve')], left: ['bob'] }])
  })

  test('[P6] somebody who came, left and returned within one interval is delivered once, to all', async () => {
    const { told, join, leave } = startPresence()
    join('ada')
    await told()
    join('bob')
    leave('bob')
    join('bob')
    expect(await told()).toEqual([{ count: 2, joined: [bob] }])
  })

  test('who left and came back within one interval did not leave, and has the face they came back with', async () => {
    const { presence, told, join, leave } = startPresence()
    join('ada', 'bob')
    await told()
    leave('ada')
    void presence.connect(person('ada', 'Ada L.'), 'ada/2')
    expect(await told()).toEqual([{ count: 2, updated: [person('ada', 'Ada L.')] }])
  })

  test('a newcomer who is renamed immediately is delivered once, under the new name', async () => {
    const { presence, told, join } = startPresence()
    join('ada')
    presence.update(person('ada', 'Ada L.'))
    expect(await told()).toEqual([{ count: 1, joined: [person('ada', 'Ada L.')] }])
  })

  test('an update that changes nothing, or of nobody here, is not delivered', async () => {
    const { presence, isHere, told, join } = startPresence()
    join('ada')
    await told()
    presence.update({ ...ada })
    presence.update(bob)
    expect(await told()).toEqual([])
    expect(await isHere('bob')).toBe(false)
  })
})

describe('people, not connections', () => {
  test('[P6] a second connection is no second member, and the first one is not evicted', async () => {
    const { presence, isHere, told, join } = startPresence()
    join('ada')
    await told()
    void presence.connect(ada, 'ada/2')
    expect(presence.count).toBe(1)
    presence.disconnect('ada', 'ada/2', 'left')
    expect(await isHere('ada')).toBe(true)
    expect(await told()).toEqual([])
    presence.disconnect('ada', 'ada/1', 'left')
    expect(await isHere('ada')).toBe(false)
  })

  test('[P6] a second connection under a new name shows the new name', async () => {
    const { presence, told, join } = startPresence()
    join('ada')
    await told()
    void presence.connect(person('ada', 'Ada L.'), 'ada/2')
    expect(await told()).toEqual([{ count: 1, updated: [person('ada', 'Ada L.')] }])
    expect((await presence.view()).members).toEqual([person('ada', 'Ada L.')])
  })

  test('[P6] a broken connection has a grace period; a return within it is not delivered', async () => {
    const { presence, isHere, told, join } = startPresence()
    join('ada', 'bob')
    await told()
    presence.disconnect('ada', 'ada/1', 'broken')
    vi.advanceTimersByTime(GRACE_MS - 1)
    expect(presence.count).toBe(2)
    void presence.connect(ada, 'ada/2')
    vi.advanceTimersByTime(GRACE_MS * 2)
    expect(await isHere('ada')).toBe(true)
    expect(await told()).toEqual([])
  })

  test('[P6] no ghost outlives the grace', async () => {
    const { presence, isHere, told, join } = startPresence()
    join('ada', 'bob')
    await told()
    presence.disconnect('ada', 'ada/1', 'broken')
    vi.advanceTimersByTime(GRACE_MS)
    expect(await told()).toEqual([{ count: 1, left: ['ada'] }])
    expect(await isHere('ada')).toBe(false)
  })

  test('a leave reported twice, or of a connection that is not here, changes nothing', async () => {
    const { presence, told, join } = startPresence()
    join('ada', 'bob')
    void presence.connect(ada, 'ada/2')
    await told()
    presence.disconnect('ada', 'ada/1', 'broken')
    presence.disconnect('ada', 'ada/1', 'left')
    presence.disconnect('ada', 'bob/1', 'left')
    presence.disconnect('eve', 'eve/1', 'left')
    vi.advanceTimersByTime(GRACE_MS)
    expect(presence.count).toBe(2)
    expect(await told()).toEqual([])
  })
})

describe('the list limit', () => {
  test('above the limit only the count is delivered, and the list returns well below it', async () => {
    const { presence, told, join, leave } = startPresence(10)
    join(...people(10))
    expect((await told())[0]?.joined).toHaveLength(10)
    join('one-more')
    expect(await told()).toEqual([{ count: 11 }])
    expect(await presence.view()).toEqual({ count: 11 })
    leave('one-more')
    expect(await told(), 'at the limit the list does not flap').toEqual([{ count: 10 }])
    expect(await presence.view()).toEqual({ count: 10 })
    leave('p9')
    const [back] = await told()
    expect(back?.joined?.map(({ id }) => id)).toEqual(people(9))
    expect((await presence.view()).members).toHaveLength(9)
  })

  test('who entered above the limit gets the list when the room was above it for less than an interval', async () => {
    const { presence, told, join, leave } = startPresence(10)
    join(...people(10))
    await told()
    join('one-more')
    expect(await presence.view(), 'never more than the limit').toEqual({ count: 11 })
    leave('p0')
    const [change] = await told()
    expect(change).toMatchObject({ count: 10, left: ['p0'] })
    expect(change?.joined).toHaveLength(10)
  })

  test('changed profiles are not delivered while there is no list', async () => {
    const { presence, told, join } = startPresence(1)
    join('ada', 'bob')
    expect(await told()).toEqual([{ count: 2 }])
    presence.update(person('ada', 'Ada L.'))
    expect(await told()).toEqual([])
  })
})

describe('seats', () => {
  test('[A19] when all are taken the next person gets none, and leaves nothing', async () => {
    const { presence, told, join, leave } = startPresence(200, 2)
    join('ada', 'bob')
    expect(await presence.connect(person('eve'), 'eve/1')).toBe('full')
    expect(await told()).toEqual([{ count: 2, joined: [ada, bob] }])
    expect(await presence.connect(ada, 'ada/2'), 'one who is here already needs no other seat').toBe(
      'entered',
    )
    leave('bob')
    expect(await presence.connect(person('eve'), 'eve/1')).toBe('entered')
  })
})

describe('a seat that is still asked for', () => {
  /** The roster answers when the test says. */
  function askingPresence() {
    const shown: User[] = []
    const answers: ((seat: 'entered' | 'full') => void)[] = []
    const left: string[] = []
    const presence = createRoomPresence({
      capacity: 1,
      listedMembers: 10,
      openRoster: () => ({
        enter: () => new Promise((answer) => answers.push(answer)),
        leave: (id) => void left.push(id),
        show: (user) => void shown.push(user),
        read: () => Promise.resolve({ count: 0, members: [] }),
        close() {},
      }),
      deliver: () => {},
      onEmpty: () => {},
    })
    return { presence, answers, shown, left }
  }

  test('[A19] another connection under another name shows nothing before there is a seat', async () => {
    const { presence, answers, shown } = askingPresence()
    const first = presence.connect(ada, 'ada/1')
    const second = presence.connect(person('ada', 'Ada L.'), 'ada/2')
    expect(shown).toEqual([])
    answers[0]!('full')
    expect(await Promise.all([first, second])).toEqual(['full', 'full'])
    expect(shown).toEqual([])
  })

  test('the newest face is shown once there is one', async () => {
    const { presence, answers, shown } = askingPresence()
    const first = presence.connect(ada, 'ada/1')
    void presence.connect(person('ada', 'Ada L.'), 'ada/2')
    answers[0]!('entered')
    await first
    expect(shown).toEqual([person('ada', 'Ada L.')])
  })

  test('[P6] who broke off, was refused and came back is not thrown out by the grace of before', async () => {
    const { presence, answers, left } = askingPresence()
    const refused = presence.connect(ada, 'ada/1')
    presence.disconnect('ada', 'ada/1', 'broken')
    answers[0]!('full')
    await refused
    const back = presence.connect(ada, 'ada/2')
    answers[1]!('entered')
    await back
    vi.advanceTimersByTime(GRACE_MS * 2)
    expect(left).toEqual([])
    expect(presence.isEmpty).toBe(false)
  })
})

describe('the end', () => {
  test('the last one to leave empties the room, once', async () => {
    const { presence, onEmpty, join } = startPresence()
    join('ada')
    void presence.connect(ada, 'ada/2')
    presence.disconnect('ada', 'ada/1', 'left')
    expect(onEmpty).not.toHaveBeenCalled()
    presence.disconnect('ada', 'ada/2', 'broken')
    expect(onEmpty).not.toHaveBeenCalled()
    vi.advanceTimersByTime(GRACE_MS)
    expect(onEmpty).toHaveBeenCalledTimes(1)
  })

  test('close leaves no timers and delivers nothing more', async () => {
    const { presence, onEmpty, told, join } = startPresence()
    join('ada', 'bob')
    presence.disconnect('ada', 'ada/1', 'broken')
    presence.close()
    expect(vi.getTimerCount()).toBe(0)
    presence.disconnect('bob', 'bob/1', 'broken')
    expect(vi.getTimerCount()).toBe(0)
    expect(await told()).toEqual([])
    expect(onEmpty).not.toHaveBeenCalled()
  })
})

test('[P6] a connection reported twice is still one: nobody stays when it ends', () => {
  const { presence, onEmpty, join, leave } = startPresence()
  join('ada', 'ada')
  leave('ada')
  expect(onEmpty).toHaveBeenCalledOnce()
  expect(presence.isEmpty).toBe(true)
})
