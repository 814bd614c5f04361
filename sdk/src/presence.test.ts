import { expect, it } from 'vitest'
import { afterPresenceChange } from './presence.js'

const ada = { id: 'ada', name: 'Ada' }
const bob = { id: 'bob', name: 'Bob' }
const eve = { id: 'eve', name: 'Eve' }
const room = 'lobby'

it('[P6] takes in who joined, left and changed; twice is once', () => {
  const both = afterPresenceChange({ count: 1, members: [ada] }, { room, count: 2, joined: [ada, bob] }, 9)
  expect(both).toEqual({ count: 2, members: [ada, bob] })
  const renamed = { ...ada, name: 'Ada L.' }
  expect(
    afterPresenceChange(both, { room, count: 1, left: ['bob', 'nobody'], updated: [renamed] }, 9),
  ).toEqual({ count: 1, members: [renamed] })
})

it('[P6] above the list limit only the count is delivered, and a few names are not taken for the list', () => {
  const crowd = afterPresenceChange({ count: 2, members: [ada, bob] }, { room, count: 3, joined: [eve] }, 2)
  expect(crowd).toEqual({ count: 3 })
  expect(afterPresenceChange(crowd, { room, count: 2, left: ['eve'] }, 2)).toEqual({ count: 2 })
  expect(afterPresenceChange(crowd, { room, count: 1, joined: [ada] }, 2)).toEqual({
    count: 1,
    members: [ada],
  })
})
