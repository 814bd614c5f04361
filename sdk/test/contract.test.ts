/** The fake server keeps what a node keeps: server/test/contract.integration.test.ts runs the same rules. */
import { describe, it, onTestFinished } from 'vitest'
import { MemoryServer } from '../src/testing/fake-server.js'
import { CAPABILITIES, createWorld, RULES, type Rule, type World } from './contract/index.js'

function worldOf({ limits = {} }: Rule): World {
  const users = Object.fromEntries(Object.keys(CAPABILITIES).map((id) => [id, { id, name: id }]))
  const server = new MemoryServer({ users, limits })
  for (const [person, capabilities] of Object.entries(CAPABILITIES))
    server.setCapabilities([...capabilities], 'lobby', person)
  const world = createWorld({
    app: 'fake',
    room: 'lobby',
    token: async (person) => person,
    open: ({ auth }, handlers) => server.open(auth, handlers),
  })
  onTestFinished(() => world.close())
  return world
}

for (const [name, rules] of Object.entries(RULES))
  describe(name, () => {
    for (const rule of rules) it(rule.title, () => rule.holds(worldOf(rule)))
  })
