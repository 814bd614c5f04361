import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Capability, Limits } from '@alcove/sdk/protocol'
import { ask, createSeat, guest, servicesWith, unlimited } from '../../../test/support/operations.js'
import { until } from '../../../test/support/until.js'
import { toApp } from '../../apps/app-directory.js'
import type { Limit } from '../../limits/limit.js'
import type { OpenRoom } from '../../rooms/room-hub.js'
import type { Appended, NewMessage } from '../../storage/message-repository.js'
import { appActor } from '../actor.js'
import { createRunner } from '../run.js'
import { sendMessage } from './send.js'

const ROOM = { key: 1, appId: 'demo', id: 'lobby', epoch: 'e1', channel: 'r/demo/lobby' }
const ADDED: Appended = { outcome: 'added', seq: 1, rev: 1, at: 0 }

function startSending(capabilities: Capability[] = ['read', 'write'], limits: Partial<Limits> = {}) {
  const append = vi.fn((_message: NewMessage) => Promise.resolve<Appended>(ADDED))
  const rates = unlimited()
  const seat = createSeat(toApp({ id: 'demo', secret: '', settings: { limits } }), guest('ada', capabilities))
  seat.rooms.set('lobby', ROOM as OpenRoom)
  const services = servicesWith({
    rates,
    writer: { append, change: vi.fn(), findAppended: vi.fn(), findChanged: vi.fn() },
    hub: { get: () => undefined, open: vi.fn(), releaseIfEmpty: vi.fn() },
  })
  const endTurn = vi.fn()
  const send = (fields: object) => {
    const input = sendMessage.input.safeParse({ room: 'lobby', id: randomUUID(), ...fields })
    if (!input.success) return Promise.reject(new Error('wrong shape'))
    return ask(services, seat, sendMessage, input.data, endTurn)
  }
  return { send, append, takeAll: rates.takeAll, endTurn, stored: () => append.mock.calls.at(-1)?.[0] }
}

describe('text', () => {
  test.each([
    '',
    '   ',
    '\n\t',
    '\u200b',
    '\u200d',
    '\u2060\ufeff',
    '\u3164',
    '\u115f',
    '\ufe0f',
    '\u2800',
    '\0',
  ])('without a visible character it is no message: %j', async (text) => {
    const { send, append } = startSending()
    await expect(send({ text })).rejects.toMatchObject({ code: 'message_empty' })
    expect(append).not.toHaveBeenCalled()
  })

  test.each(['.', '👍', '👩‍👩‍👧', '\u0301a', 'שלום'])('%s is one', async (text) => {
    await expect(startSending().send({ text })).resolves.toBeDefined()
  })

  test('is stored in NFC, well-formed and without NUL, and otherwise as it is', async () => {
    const { send, stored } = startSending()
    await send({ text: ' e\u0301\0\ud800 <b>\u202e ' })
    expect(stored()?.text).toBe(' é\ufffd <b>\u202e ')
    await send({ text: '\0\ufeff\ufeffe\0\u0301\ufeff' })
    expect(stored()?.text, 'nor byte order marks at the start').toBe('é\ufeff')
    await send({ text: 'a\ufeffb' })
    expect(stored()?.text).toBe('a\ufeffb')
  })

  test('counts characters, not code units, and bytes too', async () => {
    const { send } = startSending()
    await expect(send({ text: '😀'.repeat(4_000) })).resolves.toBeDefined()
    await expect(send({ text: 'x'.repeat(4_001) })).rejects.toMatchObject({ code: 'message_too_long' })
    await expect(send({ text: '👩‍👩‍👧'.repeat(1_000) })).rejects.toMatchObject({ code: 'message_too_long' })
    const short = startSending(['read', 'write'], { messageBytes: 8 })
    await expect(short.send({ text: 'ääää' })).resolves.toBeDefined()
    await expect(short.send({ text: 'ääää!' })).rejects.toMatchObject({ code: 'message_too_long' })
  })

  test('[P7] a huge one is refused before it is looked through', async () => {
    const normalize = vi.spyOn(String.prototype, 'normalize')
    onTestFinished(() => void normalize.mockRestore())
    const sent = startSending().send({ text: 'x'.repeat(1_000_000) })
    await expect(sent).rejects.toMatchObject({ code: 'message_too_long' })
    expect(normalize).not.toHaveBeenCalled()
  })
})

describe('meta', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) })

  test.each([
    ['deeper than 32 levels', { meta: deep(33) }],
    ['deep enough to overflow a stack', { meta: { a: JSON.parse('['.repeat(30_000) + ']'.repeat(30_000)) } }],
    ['binary', { meta: { a: [Buffer.from('x')] } }],
    ['binary itself', { meta: Buffer.from('x') }],
    ['a list', { meta: [1] }],
    ['lists deeper than 32 levels', { meta: { a: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown } }],
    ['a text', { meta: '{}' }],
    ['null', { meta: null }],
    ['more values than 4 KiB can hold', { meta: { a: Array(30_000).fill(1) } }],
    ['more values on several levels', { meta: { a: Array(100).fill(Array(100).fill(1)) } }],
    ['a trap for those who copy it', { meta: { a: JSON.parse('{"__proto__":{"isAdmin":true}}') } }],
  ])('%s is refused as a wrong shape', async (_what, fields) => {
    await expect(startSending().send({ text: 'hi', ...fields })).rejects.toThrow('wrong shape')
  })

  test('within bounds it is stored as JSON', async () => {
    const { send, stored } = startSending()
    const meta = { list: [1, null, 'x', { deep: deep(20) }], flag: false }
    await send({ text: 'hi', meta })
    expect(JSON.parse(stored()!.meta!)).toEqual(meta)
  })

  test('over 4 KiB it is refused', async () => {
    await expect(startSending().send({ text: 'hi', meta: { a: 'x'.repeat(4_088) } })).resolves.toBeDefined()
    await expect(startSending().send({ text: 'hi', meta: { a: 'x'.repeat(4_096) } })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
})

describe('what is stored', () => {
  test('has an answered message and meta where they were sent, and none otherwise', async () => {
    const { send, stored } = startSending()
    const replyTo = randomUUID()
    await send({ text: 'hi', replyTo, meta: {} })
    expect(stored()).toMatchObject({ text: 'hi', replyTo, meta: '{}' })
    await send({ text: 'hi' })
    expect(stored()!.replyTo).toBeUndefined()
    expect(stored()!.meta).toBeUndefined()
  })

  test('[SEND-9] counts for its address by its text and its meta', async () => {
    const { send, takeAll } = startSending()
    const points = () => {
      const limits = takeAll.mock.calls.at(-1)!.flat() as Limit[]
      return limits.find(({ name }) => name === 'send-address')?.points
    }
    await send({ text: 'x'.repeat(1_024) })
    expect(points()).toBe(2)
    await send({ text: 'x'.repeat(1_024), meta: { a: 'x'.repeat(2_000) } })
    expect(points()).toBe(4)
  })

  test('has an author: who is no user sends nothing in their own name', async () => {
    const refs = {
      ...{ find: () => Promise.resolve({ ...ROOM, createdAt: 0 }), look: vi.fn() },
      ...{ findOrCreate: vi.fn(), forget: vi.fn() },
    }
    const app = toApp({ id: 'demo', secret: '', settings: {} })
    const sent = createRunner(servicesWith({ refs })).run(
      sendMessage,
      { actor: appActor(app, '1.2.3.4') },
      { room: 'lobby', id: randomUUID(), text: 'hi' },
    )
    await expect(sent).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

describe('[P3] what makes a retry', () => {
  test('the same body has the same fingerprint; text, replyTo and meta all count', async () => {
    const { send, stored } = startSending()
    const fingerprint = async (fields: object) => (await send(fields), stored()?.fingerprint)
    const reply = randomUUID()
    const first = await fingerprint({ text: 'é' })
    expect(await fingerprint({ text: 'e\u0301' })).toBe(first)
    const others = [{ text: 'e' }, { text: 'é', replyTo: reply }, { text: 'é', meta: {} }]
    const all = [first]
    for (const fields of others) all.push(await fingerprint(fields))
    expect(new Set(all).size).toBe(4)
  })

  test('an id is the same in upper case', async () => {
    const { send, stored } = startSending()
    await send({ text: 'hi', id: '0190A000-0000-7000-8000-00000000ABCD' })
    expect(stored()?.id).toBe('0190a000-0000-7000-8000-00000000abcd')
  })
})

test('who may only read is refused before anything is counted', async () => {
  const { send, append, takeAll } = startSending(['read'])
  await expect(send({ text: 'hi' })).rejects.toMatchObject({ code: 'forbidden' })
  expect(takeAll).not.toHaveBeenCalled()
  expect(append).not.toHaveBeenCalled()
})

test('the next request may start once the message has its place, before the commit', async () => {
  const { send, append, endTurn } = startSending()
  let commit = () => {}
  append.mockReturnValueOnce(new Promise((done) => (commit = () => done(ADDED))))
  const sent = send({ text: 'hi' })
  await until(() => expect(endTurn).toHaveBeenCalledTimes(1))
  commit()
  await sent
})
