import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import type { Capability } from '@alcove/sdk/protocol'
import { guest, servicesWith, unlimited } from '../../../test/support/operations.js'
import { toApp } from '../../apps/app-directory.js'
import type { RoomChange } from '../../log/room-change.js'
import type { RoomRef } from '../../rooms/room-ref.js'
import { appActor, userActor, type Actor } from '../actor.js'
import { createRunner } from '../run.js'
import { deleteMessage } from './delete.js'
import { editMessage } from './edit.js'

const limits = { editWindowSeconds: 60, editsPerMessage: 4 }
const app = toApp({ id: 'demo', secret: '', settings: { limits } })
const room: RoomRef = {
  ...{ appId: 'demo', id: 'lobby', key: 1, createdAt: 0, channel: 'r/demo/lobby', epoch: 'e1' },
}

const userWith = (capabilities: Capability[]) =>
  userActor({ app, address: '1.2.3.4', identity: guest('ada', capabilities) })

function start(capabilities: Capability[] = ['read', 'write'], actor: Actor = userWith(capabilities)) {
  const change = vi.fn((_change: RoomChange) => Promise.resolve({ rev: 2 }))
  const rates = unlimited()
  const services = servicesWith({
    ...{ rates, writer: { append: vi.fn(), change, findAppended: vi.fn(), findChanged: vi.fn() } },
    refs: { find: () => Promise.resolve(room), look: vi.fn(), findOrCreate: vi.fn(), forget: vi.fn() },
  })
  const runner = createRunner(services)
  return {
    written: () => change.mock.calls[0]?.[0],
    counted: () => rates.takeAll.mock.calls.flat(2),
    edit: (text: string) => runner.run(editMessage, { actor }, editMessage.input.parse(asked({ text }))),
    remove: (more: object = {}) =>
      runner.run(deleteMessage, { actor }, deleteMessage.input.parse(asked(more))),
  }
}

const ID = randomUUID()
const CHANGE = randomUUID()
const asked = (more: object) => ({ room: 'lobby', change: CHANGE, id: ID, ...more })

test('[CHANGE-4] an edit has a text by the rules of a new message', async () => {
  const { edit, written, counted } = start()
  await edit('e\u0301\0')
  expect(written()).toMatchObject({ id: CHANGE, change: { kind: 'message.edited', message: ID, text: 'é' } })
  expect(counted()).toContainEqual(expect.objectContaining({ name: 'send-room' }))
  await expect(edit(' \u200b')).rejects.toMatchObject({ code: 'message_empty' })
  await expect(edit('x'.repeat(4_001))).rejects.toMatchObject({ code: 'message_too_long' })
  await expect(start(['read', 'moderate']).edit('hi')).rejects.toMatchObject({ code: 'forbidden' })
})

test('[CHANGE-5] a deletion may say why, in a text that the database can hold', async () => {
  const { remove, written, counted } = start()
  await remove({ reason: 'spam\0' })
  expect(written()).toMatchObject({
    ...{ id: CHANGE, change: { kind: 'message.deleted', message: ID, reason: 'spam' } },
  })
  expect(counted()).toContainEqual(expect.objectContaining({ name: 'send-room' }))
  const silent = start()
  await silent.remove()
  expect(silent.written()?.change).toStrictEqual({ kind: 'message.deleted', message: ID })
  expect(deleteMessage.input.safeParse(asked({ reason: 'x'.repeat(500) })).success).toBe(true)
  expect(deleteMessage.input.safeParse(asked({ reason: 'x'.repeat(501) })).success).toBe(false)
})

test('[CHANGE-2] [CHANGE-8] an edit is for the author within the window, an app edits whenever', async () => {
  const edited = start(['read', 'write', 'moderate'])
  await edited.edit('hi')
  expect(edited.written()?.conditions).toEqual({ who: 'author', withinSeconds: 60, most: 4 })
  const byApp = start([], appActor(app, '1.2.3.4'))
  await byApp.edit('hi')
  expect(byApp.written()?.conditions).toEqual({ who: 'anybody', most: 4 })
})

test('[CHANGE-2] a deletion is for the author within the window, and for everybody who may moderate', async () => {
  const [author, moderator] = [start(['read', 'write']), start(['read', 'moderate'])]
  await author.remove()
  await moderator.remove()
  expect(author.written()?.conditions).toEqual({ who: 'author', withinSeconds: 60 })
  expect(moderator.written()?.conditions).toEqual({ who: 'anybody' })
})

test('[CHANGE-2] users who may write or moderate may request a deletion', async () => {
  await expect(start(['read', 'write']).remove()).resolves.toEqual({ epoch: 'e1', rev: 2 })
  await expect(start(['read', 'moderate']).remove()).resolves.toEqual({ epoch: 'e1', rev: 2 })
  await expect(start(['read', 'react']).remove()).rejects.toMatchObject({ code: 'forbidden' })
})

test.each([editMessage, deleteMessage])(
  "[CHANGE-1] an app's own server repeats it by a key: $name",
  ({ http }) => {
    expect(http?.idempotent).toBe('change')
  },
)
