import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Capability, MessageRow } from '@alcove/sdk/protocol'
import { guest } from '../../test/support/operations.js'
import { toApp } from '../apps/app-directory.js'
import type { Appended } from '../storage/message-repository.js'
import { appActor, userActor, type Actor } from './actor.js'
import { alter, create } from './commit.js'
import type { Alteration, Creation } from './draft.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

const ROOM = { appId: 'demo', id: 'lobby', key: 7, createdAt: 0, channel: 'r/demo/lobby', epoch: 'e1' }
const IN_ROOM = { roomKey: 7, roomId: 'lobby', channel: 'r/demo/lobby', epoch: 'e1' }

const appWith = (limits: object) => toApp({ id: 'demo', secret: '', settings: { limits } })
function ada(capabilities: Capability[], limits: object = {}): Actor {
  return userActor({ app: appWith(limits), address: '1.2.3.4', identity: guest('ada', capabilities) })
}

describe('a new message', () => {
  const draft: Creation = {
    ...{ kind: 'creation', id: 'm1', text: 'hi', fingerprint: 'f' },
    author: { id: 'guest:ada', name: 'ada' },
  }
  const stored: MessageRow = {
    ...{ id: 'm1', seq: 3, rev: 9, at: 5, text: 'as it was edited since' },
    user: { id: 'guest:ada', name: 'an earlier name' },
  }

  function start(outcome: Appended['outcome'], found: MessageRow | undefined = stored) {
    const append = vi.fn(() => Promise.resolve<Appended>({ outcome, seq: 3, rev: 7, at: 5 }))
    const message = vi.fn(() => Promise.resolve(found))
    const stop = vi.fn()
    const services = {
      writer: { append },
      logOf: () => ({ message }),
      hub: { get: () => ({ typing: { stop } }) },
    }
    const creating = create({ actor: ada(['write']), room: ROOM, services }, draft)
    return { append, message, stop, creating }
  }

  test('is written in its room, and answered as it is', async () => {
    const { append, message, creating } = start('added')
    const { kind: _, ...body } = draft
    expect(append).toHaveBeenCalledWith({ ...IN_ROOM, ...body })
    expect(await creating).toMatchObject({ epoch: 'e1', message: { id: 'm1', seq: 3, rev: 7, text: 'hi' } })
    expect(message).not.toHaveBeenCalled()
  })

  test("ends its author's typing, before it is committed", async () => {
    const { stop, creating } = start('added')
    expect(stop).toHaveBeenCalledExactlyOnceWith('guest:ada')
    await creating
  })

  test('[P3] that is known already is answered as it stands in the log', async () => {
    const { message, creating } = start('known')
    expect((await creating).message).toEqual(stored)
    expect(message).toHaveBeenCalledWith(3, '@1.2.3.4')
  })
})

describe('a change', () => {
  const EDIT = { kind: 'message.edited' as const, message: 'm1', text: 'new' }
  const draft: Alteration = { kind: 'alteration', id: 'c1', change: EDIT, conditions: { who: 'anybody' } }

  async function written(actor: Actor, more: Partial<Alteration> = {}) {
    const change = vi.fn((_change: object) => Promise.resolve({ rev: 9 }))
    const answer = await alter({ actor, room: ROOM, services: { writer: { change } } }, { ...draft, ...more })
    return { answer, change: change.mock.calls[0]![0] }
  }

  test("is written in its room, in its author's name, and answered with its rev", async () => {
    const { answer, change } = await written(ada(['write']))
    expect(answer).toEqual({ epoch: 'e1', rev: 9 })
    expect(change).toMatchObject({
      ...IN_ROOM,
      id: 'c1',
      change: EDIT,
      by: { kind: 'user', id: 'guest:ada' },
    })
    expect(change).not.toHaveProperty('kind')
  })

  test('[REACT-8] or in the name of whom an app names', async () => {
    const forBob = await written(appActor(appWith({}), '', { id: 'bob', name: 'Bob' }))
    expect(forBob.change).toMatchObject({ by: { kind: 'app', id: 'bob' } })
    expect((await written(appActor(appWith({}), ''))).change).toMatchObject({ by: { kind: 'app' } })
  })
})
