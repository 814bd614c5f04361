import type { PresenceChanged, User } from '@alcove/sdk/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createRoomPresence } from './presence.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const GRACE_MS = 4_000
const COALESCE_MS = 100

const person = (id: string, name = id): User => ({ id, name })
const ada = person('ada')
const bob = person('bob')

function startPresence(listedMembers = 200) {
  const told: Omit<PresenceChanged, 'room'>[] = []
  const onEmpty = vi.fn()
  const presence = createRoomPresence({ listedMembers, tell: (change) => told.push(change), onEmpty })
  return {
    presence,
    onEmpty,
    /** What was told since the last time. */
    told() {
      vi.advanceTimersByTime(COALESCE_MS)
      return told.splice(0)
    },
    join: (...ids: string[]) => ids.forEach((id) => presence.connect(person(id), `${id}/1`)),
    leave: (...ids: string[]) => ids.forEach((id) => presence.disconnect(id, `${id}/1`, 'left')),
  }
}

const people = (count: number, prefix = 'p') => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

describe('telling', () => {
  test('changes of one interval are one fact', () => {
    const { presence, told, join, leave } = startPresence()
    join('ada', 'bob')
    expect(told()).toEqual([{ count: 2, joined: [ada, bob] }])
    join('eve')
    leave('bob')
    presence.update(person('ada', 'Ada L.'))
    expect(told()).toEqual([
      { count: 2, joined: [person('eve')], left: ['bob'], updated: [person('ada', 'Ada L.')] },
    ])
    expect(told()).toEqual([])
  })

  test('who came and went within one interval is not told', () => {
    const { told, join, leave } = startPresence()
    join('ada')
    told()
    join('bob')
    leave('bob')
    expect(told()).toEqual([])
  })

  test('[P6] who came and went is told to have left when somebody was shown them meanwhile', () => {
    const { presence, told, join, leave } = startPresence()
    join('ada')
    told()
    join('bob', 'eve')
    expect(presence.view().members).toEqual([ada, bob, person('eve')])
    leave('bob')
    expect(told()).toEqual([{ count: 2, joined: [person('eve')], left: ['bob'] }])
  })

  test('[P6] who came, went and came back within one interval is told once, to all', () => {
    const { told, join, leave } = startPresence()
    join('ada')
    told()
    join('bob')
    leave('bob')
    join('bob')
    expect(told()).toEqual([{ count: 2, joined: [bob] }])
  })

  test('who left and came back within one interval did not leave, and has the face they came back with', () => {
    const { presence, told, join, leave } = startPresence()
    join('ada', 'bob')
    told()
    leave('ada')
    presence.connect(person('ada', 'Ada L.'), 'ada/2')
    expect(told()).toEqual([{ count: 2, updated: [person('ada', 'Ada L.')] }])
  })

  test('somebody new who is renamed at once is told once, under the new name', () => {
    const { presence, told, join } = startPresence()
    join('ada')
    presence.update(person('ada', 'Ada L.'))
    expect(told()).toEqual([{ count: 1, joined: [person('ada', 'Ada L.')] }])
  })

  test('an update that changes nothing, or of nobody here, is not told', () => {
    const { presence, told, join } = startPresence()
    join('ada')
    told()
    presence.update({ ...ada })
    presence.update(bob)
    expect(told()).toEqual([])
    expect(presence.has('bob')).toBe(false)
  })
})

describe('people, not connections', () => {
  test('[P6] a second connection is no second member, and the first one is not evicted', () => {
    const { presence, told, join } = startPresence()
    join('ada')
    told()
    presence.connect(ada, 'ada/2')
    expect(presence.count).toBe(1)
    presence.disconnect('ada', 'ada/2', 'left')
    expect(presence.has('ada')).toBe(true)
    expect(told()).toEqual([])
    presence.disconnect('ada', 'ada/1', 'left')
    expect(presence.has('ada')).toBe(false)
  })

  test('[P6] a second connection under a new name shows the new name', () => {
    const { presence, told, join } = startPresence()
    join('ada')
    told()
    presence.connect(person('ada', 'Ada L.'), 'ada/2')
    expect(told()).toEqual([{ count: 1, updated: [person('ada', 'Ada L.')] }])
    expect(presence.view().members).toEqual([person('ada', 'Ada L.')])
  })

  test('[P6] a broken connection has a grace; a return within it is told to nobody', () => {
    const { presence, told, join } = startPresence()
    join('ada', 'bob')
    told()
    presence.disconnect('ada', 'ada/1', 'broken')
    vi.advanceTimersByTime(GRACE_MS - 1)
    expect(presence.count).toBe(2)
    presence.connect(ada, 'ada/2')
    vi.advanceTimersByTime(GRACE_MS * 2)
    expect(presence.has('ada')).toBe(true)
    expect(told()).toEqual([])
  })

  test('[P6] no ghost outlives the grace', () => {
    const { presence, told, join } = startPresence()
    join('ada', 'bob')
    told()
    presence.disconnect('ada', 'ada/1', 'broken')
    vi.advanceTimersByTime(GRACE_MS)
    expect(told()).toEqual([{ count: 1, left: ['ada'] }])
    expect(presence.has('ada')).toBe(false)
  })

  test('a leave that is heard twice, or of a connection that is not here, changes nothing', () => {
    const { presence, told, join } = startPresence()
    join('ada', 'bob')
    presence.connect(ada, 'ada/2')
    told()
    presence.disconnect('ada', 'ada/1', 'broken')
    presence.disconnect('ada', 'ada/1', 'left')
    presence.disconnect('ada', 'bob/1', 'left')
    presence.disconnect('eve', 'eve/1', 'left')
    vi.advanceTimersByTime(GRACE_MS)
    expect(presence.count).toBe(2)
    expect(told()).toEqual([])
  })
})

describe('the list limit', () => {
  test('above the limit only the count is told, and the list comes back well below it', () => {
    const { presence, told, join, leave } = startPresence(10)
    join(...people(10))
    expect(told()[0]?.joined).toHaveLength(10)
    join('one-more')
    expect(told()).toEqual([{ count: 11 }])
    expect(presence.view()).toEqual({ count: 11 })
    leave('one-more')
    expect(told(), 'at the limit the list does not flap').toEqual([{ count: 10 }])
    expect(presence.view()).toEqual({ count: 10 })
    leave('p9')
    const [back] = told()
    expect(back?.joined?.map(({ id }) => id)).toEqual(people(9))
    expect(presence.view().members).toHaveLength(9)
  })

  test('who entered above the limit gets the list when the room was above it for less than an interval', () => {
    const { presence, told, join, leave } = startPresence(10)
    join(...people(10))
    told()
    join('one-more')
    expect(presence.view(), 'never more than the limit').toEqual({ count: 11 })
    leave('p0')
    const [change] = told()
    expect(change).toMatchObject({ count: 10, left: ['p0'] })
    expect(change?.joined).toHaveLength(10)
  })

  test('changes of faces are not told while there is no list', () => {
    const { presence, told, join } = startPresence(1)
    join('ada', 'bob')
    expect(told()).toEqual([{ count: 2 }])
    presence.update(person('ada', 'Ada L.'))
    expect(told()).toEqual([])
  })
})

describe('the end', () => {
  test('the last one to leave empties the room, once', () => {
    const { presence, onEmpty, join } = startPresence()
    join('ada')
    presence.connect(ada, 'ada/2')
    presence.disconnect('ada', 'ada/1', 'left')
    expect(onEmpty).not.toHaveBeenCalled()
    presence.disconnect('ada', 'ada/2', 'broken')
    expect(onEmpty).not.toHaveBeenCalled()
    vi.advanceTimersByTime(GRACE_MS)
    expect(onEmpty).toHaveBeenCalledTimes(1)
  })

  test('close leaves no timers and tells nothing more', () => {
    const { presence, onEmpty, told, join } = startPresence()
    join('ada', 'bob')
    presence.disconnect('ada', 'ada/1', 'broken')
    presence.close()
    expect(vi.getTimerCount()).toBe(0)
    presence.disconnect('bob', 'bob/1', 'broken')
    expect(vi.getTimerCount()).toBe(0)
    expect(told()).toEqual([])
    expect(onEmpty).not.toHaveBeenCalled()
  })
})
