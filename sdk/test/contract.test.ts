/** The fake server keeps what a node keeps: server/test/contract.integration.test.ts runs the same rules. */
import { describe, it, onTestFinished } from 'vitest'
import { MemoryServer } from '../src/testing/fake-server.js'
import {
  CHANGES,
  createWorld,
  MESSAGES,
  REACTIONS,
  type Person,
  type Rule,
  type World,
} from './contract/index.js'

const PEOPLE: readonly Person[] = ['ada', 'bob', 'moderator', 'reader']

function worldOf({ limits = {} }: Rule): World {
  const users = Object.fromEntries(PEOPLE.map((id) => [id, { id, name: id }]))
  const server = new MemoryServer({ users, limits })
  server.setCapabilities(['read', 'write', 'react', 'moderate'], 'lobby', 'moderator')
  server.setCapabilities(['read'], 'lobby', 'reader')
  const world = createWorld({
    app: 'fake',
    room: 'lobby',
    token: async (person) => person,
    open: ({ auth }, handlers) => server.open(auth, handlers),
  })
  onTestFinished(() => world.close())
  return world
}

for (const [name, rules] of Object.entries({ messages: MESSAGES, changes: CHANGES, reactions: REACTIONS }))
  describe(name, () => {
    for (const rule of rules) it(rule.title, () => rule.holds(worldOf(rule)))
  })
