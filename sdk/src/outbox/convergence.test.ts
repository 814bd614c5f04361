/**
 * [P3, P4] Whatever order acks, frames, refusals and breaks come in: what one does is shown at once, every call ends, and
 * what is shown in the end is what the server has, on both devices of one person and with everybody else.
 */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeServer, type FakeServer } from '../testing/index.js'
import type { ChatError } from '../errors.js'
import type { ErrorCode } from '../protocol/index.js'
import type { Message, Room } from '../types.js'

interface Deed {
  do: 'send' | 'edit' | 'delete' | 'react' | 'unreact' | 'discard' | 'retry'
  emoji: string
  seat: number
  at: number
}
type Trouble =
  | { do: 'refuse'; of: 'send' | 'change'; code: ErrorCode }
  | { do: 'lose-frame' | 'late-frame' | 'lose-ack' | 'slow-acks' | 'drop' | 'offline' | 'online' | 'wipe' }
type Action = Deed | Trouble | { do: 'wait'; ms: number }

/** Two devices of one person, and somebody else who may moderate. */
const TOKENS = ['a', 'a', 'b'] as const
const users = { a: { id: 'ada', name: 'Ada' }, b: { id: 'bob', name: 'Bob' } }
const CODES: ErrorCode[] = [
  'forbidden',
  'edit_window_closed',
  'rate_limited',
  'unavailable',
  'internal',
  'not_joined',
]

const deed: fc.Arbitrary<Deed> = fc.record({
  do: fc.constantFrom(
    ...(['send', 'send', 'edit', 'edit', 'edit', 'delete', 'discard', 'retry'] as const),
    ...(['react', 'react', 'react', 'unreact'] as const),
  ),
  emoji: fc.constantFrom('👍', '🎉'),
  seat: fc.nat(2),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
})
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 50, arbitrary: deed },
  {
    weight: 20,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 15, 40, 2_000) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      of: fc.constantFrom('send' as const, 'change' as const),
      code: fc.constantFrom(...CODES),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...([
          'lose-frame',
          'late-frame',
          'lose-ack',
          'slow-acks',
          'drop',
          'offline',
          'online',
          'online',
        ] as const),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'wipe' as const }) },
)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

function breakDown(server: FakeServer, action: Trouble): void {
  switch (action.do) {
    case 'refuse':
      return action.of === 'send'
        ? server.refuseNextSend(action.code, { retryAfterMs: 500 })
        : server.refuseNextChange(action.code, { retryAfterMs: 500 })
    case 'lose-frame':
      return server.loseNextFrame()
    case 'late-frame':
      return server.delayNextFrame()
    case 'lose-ack':
      return server.loseNextAck()
    case 'slow-acks':
      return server.delayAcks(25)
    case 'drop':
      return server.dropConnection()
    case 'offline':
      return server.goOffline()
    case 'online':
      return server.goOnline()
    case 'wipe':
      return server.wipeRoom()
  }
}

let texts = 0
/** One call; checks that it is shown at once. Returns what it promised. */
function act(room: Room, { do: what, at, emoji }: Deed): Promise<unknown> | undefined {
  const message = room.messages[Math.floor(at * room.messages.length)]
  const now = () => room.messages.find(({ id }) => id === message!.id)
  const text = `text ${(texts += 1)}`
  if (what === 'send') {
    const sent = room.send(text)
    expect(room.messages.at(-1)).toMatchObject({ text, state: 'pending' })
    return sent
  }
  if (!message) return
  if (what === 'edit') {
    const mayEdit = room.mayEdit(message)
    const edited = room.edit(message.id, text)
    if (mayEdit) expect(now()).toMatchObject({ text })
    return edited
  }
  if (what === 'delete') {
    const mayDelete = room.mayDelete(message)
    const deleted = room.delete(message.id)
    if (mayDelete) expect(now()?.text ?? '').toBe('')
    return deleted
  }
  if (what === 'react' || what === 'unreact') {
    const isPossible = !message.deleted
    const reacted = room[what](message.id, emoji)
    const isMine = () => now()!.reactions.some((reaction) => reaction.emoji === emoji && reaction.mine)
    if (isPossible) expect(isMine()).toBe(what === 'react')
    return reacted
  }
  if (what === 'retry') return room.retry(message.id)
  room.discard(message.id)
  return
}

async function run(actions: readonly Action[]): Promise<void> {
  const server = createFakeServer({ users, latencyMs: 5 })
  server.setCapabilities(['read', 'write', 'react', 'moderate'], 'lobby', users.b)
  const chats = TOKENS.map((token) => server.createChat({ token }))
  const joining = chats.map((chat) => chat.join('lobby'))
  await settle(100)
  const rooms = await Promise.all(joining)
  let open = 0
  const committed: Message[] = []
  const codes = new Set<ErrorCode>()
  for (const step of actions) {
    if (step.do === 'wait') await settle(step.ms)
    else if ('seat' in step) {
      const promise = act(rooms[step.seat]!, step)
      if (!promise) continue
      open += 1
      const ended = () => (open -= 1)
      void promise
        .then(
          (message) => step.do === 'send' && committed.push(message as Message),
          ({ code }: ChatError) => codes.add(code),
        )
        .then(ended)
    } else breakDown(server, step)
  }
  server.delayAcks(0)
  server.goOnline()
  await settle(120_000)
  // A node finds a lost last frame by itself (P5); here coming back does.
  server.dropConnection()
  await settle(10_000)
  const { rows, ids, rev } = server.stored()
  expect(open, 'calls that have not ended').toBe(0)
  // An id stands for one change, whatever became of it here meanwhile.
  for (const code of ['message_conflict', 'change_conflict'] as const) expect(codes).not.toContain(code)
  expect(new Set(ids).size, 'messages twice').toBe(ids.length)
  for (const room of rooms) {
    for (const { id, state } of room.messages) if (state === 'failed') room.discard(id)
    expect(room.messages).toHaveLength(rows.length)
  }
  // A newcomer reads the rows and their own reactions.
  for (const [seat, token] of TOKENS.entries()) {
    const late = server.createChat({ token, storage: null })
    chats.push(late)
    const joined = late.join('lobby')
    await settle(100)
    const fresh = await joined
    const loading = fresh.loadOlder(100)
    await settle(100)
    await loading
    expect(rooms[seat]!.messages).toEqual(fresh.messages)
    const counted = fresh.messages.map(({ state: _, reactions, ...row }) => ({
      ...row,
      ...(reactions.length > 0 && {
        reactions: Object.fromEntries(reactions.map(({ emoji, count }) => [emoji, count])),
      }),
    }))
    expect(counted).toEqual(rows)
  }
  if (!actions.some((step) => step.do === 'wipe')) {
    for (const { id } of committed) expect(ids).toContain(id)
    // Each call is one change at most.
    expect(rev).toBeLessThanOrEqual(actions.filter((step) => 'seat' in step).length)
  }
  await Promise.all(chats.map((chat) => chat.close()))
  await settle(100)
  expect(vi.getTimerCount()).toBe(0)
}

describe('[P4] converges', () => {
  it('over edits, deletions, reactions and messages of two devices and somebody else', async () => {
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 60, size: 'max' }), run), { numRuns: 300 })
  })
})
