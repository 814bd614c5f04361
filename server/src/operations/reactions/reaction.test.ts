import { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import type { Capability } from '@alcove/sdk/protocol'
import { guest, servicesWith, unlimited } from '../../../test/support/operations.js'
import { toApp } from '../../apps/app-directory.js'
import type { RoomChange } from '../../log/room-change.js'
import type { RoomRef } from '../../rooms/room-ref.js'
import { appActor, userActor, type Actor } from '../actor.js'
import { createRunner } from '../run.js'
import { addReaction } from './add.js'
import { removeReaction } from './remove.js'

const app = toApp({ id: 'demo', secret: '', settings: {} })
const room: RoomRef = {
  ...{ appId: 'demo', id: 'lobby', key: 1, createdAt: 0, channel: 'r/demo/lobby', epoch: 'e1' },
}
const eve = (capabilities: Capability[] = ['read', 'react']) =>
  userActor({ app, address: '1.2.3.4', identity: guest('eve', capabilities) })
const server = appActor(app, '1.2.3.4', { id: 'bob', name: 'Bob' })

function start() {
  const change = vi.fn((_change: RoomChange) => Promise.resolve({ rev: 2 }))
  const rates = unlimited()
  const services = servicesWith({
    ...{ rates, writer: { append: vi.fn(), change, findAppended: vi.fn(), findChanged: vi.fn() } },
    refs: { find: () => Promise.resolve(room), look: vi.fn(), findOrCreate: vi.fn(), forget: vi.fn() },
  })
  const counted = () => rates.takeAll.mock.calls.flat(2)
  return { change, counted, runner: createRunner(services) }
}

const asked = (more: object = {}) => ({
  room: 'lobby',
  change: randomUUID(),
  id: randomUUID(),
  emoji: '👍',
  ...more,
})

describe("[REACT-1] one's own", () => {
  test.each([
    [addReaction, 'reaction.added'],
    [removeReaction, 'reaction.removed'],
  ] as const)('is a change to a message, under its own id: %#', async (operation, kind) => {
    const { change, runner } = start()
    const input = operation.input.parse(asked())
    await runner.run(operation, { actor: eve() }, input)
    expect(change.mock.calls).toMatchObject([
      [
        {
          ...{ id: input.change, by: { kind: 'user', id: 'guest:eve' } },
          change: { kind, message: input.id, emoji: '👍' },
          conditions: { who: 'anybody', most: 20, mostOwn: 5 },
        },
      ],
    ])
  })

  test('[REACT-9] is counted in the windows of reactions', async () => {
    const { counted, runner } = start()
    await runner.run(addReaction, { actor: eve() }, addReaction.input.parse(asked()))
    expect(counted()).toContainEqual(expect.objectContaining({ name: 'react-room' }))
  })
})

test.each<[string, Actor, string]>([
  ['may not', eve(['read', 'write', 'moderate']), 'forbidden'],
  ['is nobody', appActor(app, '1.2.3.4'), 'invalid_request'],
])('[REACT-5] who %s reacts to nothing', async (_who, actor, code) => {
  const { change, runner } = start()
  const input = addReaction.input.parse(asked())
  await expect(runner.run(addReaction, { actor }, input)).rejects.toMatchObject({ code })
  expect(change).not.toHaveBeenCalled()
})

test.each([
  [addReaction, 'reaction.added'],
  [removeReaction, 'reaction.removed'],
] as const)("[REACT-8] an app's own server reacts for whom it names: %#", async (operation, kind) => {
  const { change, counted, runner } = start()
  const input = operation.input.parse(asked())
  await runner.run(operation, { actor: server }, input)
  expect(change.mock.calls).toMatchObject([
    [
      {
        ...{ id: input.change, by: { kind: 'app', id: 'bob' } },
        change: { kind, message: input.id, emoji: '👍' },
      },
    ],
  ])
  expect(counted()).toContainEqual(expect.objectContaining({ name: 'react-room' }))
})

test.each([
  ['two emoji', { emoji: '👍👍' }],
  ['a word', { emoji: ':+1:' }],
  ['no message', { id: 'm1' }],
  ['no id of its own', { change: undefined }],
  ['somebody else', { user: 'bob' }],
])('[REACT-4] %s is a wrong shape', (_what, more) => {
  expect(addReaction.input.safeParse(asked(more)).success).toBe(false)
})

test.each([addReaction, removeReaction])(
  "[REACT-2] an app's own server repeats it by a key: $name",
  ({ http }) => {
    expect(http).toMatchObject({ idempotent: 'change', path: expect.stringContaining(':emoji') as string })
  },
)
