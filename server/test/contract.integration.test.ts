/** A node keeps what the fake server keeps: sdk/test/contract.test.ts runs the same rules. */
import { describe, it, onTestFinished } from 'vitest'
import { socketTransport } from '../../sdk/src/socket-transport.js'
import { CAPABILITIES, createWorld, RULES, type Rule } from '../../sdk/test/contract/index.js'
import type { World as Contract } from '../../sdk/test/contract/index.js'
import { ENGINES } from './support/database.js'
import { createApp, GENEROUS, newRoomId, worldFor, type World } from './support/node.js'

async function contractOf({ database, node }: World, { limits = {} }: Rule): Promise<Contract> {
  const app = await createApp(database, { limits: { ...GENEROUS, ...limits } })
  const socket = socketTransport(new URL(node.url), app.id)
  const world = createWorld({
    app: app.id,
    room: newRoomId(),
    token: (person) => app.token(person, { name: person, rooms: { '*': CAPABILITIES[person] } }),
    open: (options, handlers) => socket({ ...options, way: 'websocket' }, handlers),
  })
  onTestFinished(() => world.close())
  return world
}

describe.each(ENGINES)('on %s', (engine) => {
  const world = worldFor(engine)
  for (const [name, rules] of Object.entries(RULES))
    describe(name, () => {
      for (const rule of rules) it(rule.title, async () => rule.holds(await contractOf(world, rule)))
    })
})
