import { expect, it } from 'vitest'
import { namesOf } from './keys.js'

it('[P8] no name of one deployment is a name of another, and all begin as the documented ACL says', () => {
  const every = (deployment: string) => {
    const { prefix, leases, probe, ...names } = namesOf(deployment)
    const made = Object.values(names).map((name: (...parts: string[]) => string) => name('demo', 'lobby'))
    return [`${prefix}#/#`, leases, probe, ...made]
  }
  const [one, two] = [every('aaa'), every('bbb')]
  expect(new Set([...one, ...two]).size).toBe(one.length + two.length)
  for (const name of [...one, ...two]) expect(name).toMatch(/^alcove:1:/)
})

it('all keys of an app that one script changes hash to one slot', () => {
  const names = namesOf('aaa')
  for (const key of [
    names.members('demo', 'a'),
    names.rooms('demo'),
    names.versions('demo'),
    names.heldRooms('demo', 'n'),
  ])
    expect(key.split(/[{}]/)[1]).toBe('demo')
})

it.each(['demo\nada', 'demo\r\nada', 'ada lovelace', '100%', '\u2028', 'é', '\ud800', '\x1b[2J'])(
  'the counter of %j is printable, and no other’s',
  (key) => {
    const { rate } = namesOf('aaa')
    expect(rate(key)).toMatch(/^[!-~]+$/)
    for (const other of ['demo%000aada', 'demoada', '', '\udc00']) expect(rate(key)).not.toBe(rate(other))
  },
)
