/** Who wrote is who is shown: when the person on a chat changes, nothing of the former is shown or sent as the next one's. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryStorage } from '../test/memory-storage.js'
import { createFakeServer, type FakeServer } from './testing/index.js'
import type { Chat, ChatOptions, Room } from './types.js'

const SCOPE = 'https://fake.invalid|fake'
const GUEST_KEY = `alcove:guest:${SCOPE}`

/** Shaped as real ones are: the SDK looks whom they speak for. */
const token = (sub: string, life = 1): string => `signed.${btoa(JSON.stringify({ sub, life }))}.`
const ada = { id: 'ada', name: 'Ada' }
const bob = { id: 'bob', name: 'Bob' }
const users = { [token('ada')]: ada, [token('ada', 2)]: ada, [token('bob')]: bob }

let chats: Chat[] = []
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(async () => {
  await Promise.all(chats.map((chat) => chat.close()))
  chats = []
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

function open(server: FakeServer, options: Partial<ChatOptions>): Chat {
  const chat = server.createChat(options)
  chats.push(chat)
  return chat
}
const shown = (room: Room) => room.messages.map(({ text, state, user }) => `${user.id}: ${text} ${state}`)
const outboxKeys = (storage: { map: Map<string, string> }) =>
  [...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))
/** How a send ended: a code, or nothing while it waits. */
function endOf(sent: Promise<unknown>): () => string | undefined {
  let end: string | undefined
  sent.then(
    () => (end = 'committed'),
    ({ code }: { code: string }) => (end = code),
  )
  return () => end
}

describe('when the token function gives another person’s token', () => {
  async function adaIsOnline() {
    const server = createFakeServer({ users, tokenLifetimeMs: 600_000 })
    const storage = memoryStorage()
    let current = token('ada')
    const chat = open(server, { storage, token: () => current })
    const room = await chat.join('lobby')
    return { server, storage, chat, room, signIn: (next: string) => (current = next) }
  }

  it('[P3] what waits stays its author’s: rejected, out of view, stored, and sent when the author is back', async () => {
    const { server, storage, chat, room, signIn } = await adaIsOnline()
    server.goOffline()
    const end = endOf(room.send('from Ada'))
    const [pending] = room.messages
    signIn(token('bob'))
    server.goOnline()
    await settle(100)
    expect(chat.me).toEqual(bob)
    expect(end()).toBe('user_changed')
    expect(shown(room)).toEqual([])
    expect(server.stored().texts).toEqual([])
    expect(outboxKeys(storage)).toHaveLength(1)
    await room.send('from Bob')
    expect(outboxKeys(storage)).toHaveLength(1)

    signIn(token('ada'))
    server.dropConnection()
    await settle(5_000)
    expect(shown(room)).toEqual(['bob: from Bob sent', 'ada: from Ada sent'])
    expect(server.stored().ids).toContain(pending!.id)
    expect(outboxKeys(storage)).toEqual([])
  })

  it('[P3] an edit that waits stays its author’s too: taken off, stored, and made when the author is back', async () => {
    const { server, storage, room, signIn } = await adaIsOnline()
    const { id } = await room.send('from Ada')
    server.goOffline()
    const end = endOf(room.edit(id, 'edited by Ada'))
    signIn(token('bob'))
    server.goOnline()
    await settle(5_000)
    expect(end()).toBe('user_changed')
    expect(shown(room)).toEqual(['ada: from Ada sent'])
    expect(room.mayEdit(room.messages[0]!)).toBe(false)
    await expect(room.edit(id, 'edited by Bob')).rejects.toMatchObject({ code: 'forbidden' })
    expect(server.stored().rev).toBe(1)
    expect(outboxKeys(storage)).toHaveLength(1)
    signIn(token('ada'))
    server.dropConnection()
    await settle(5_000)
    expect(shown(room)).toEqual(['ada: edited by Ada sent'])
    expect(outboxKeys(storage)).toEqual([])
  })

  it('[P3] a commit without an answer is one message of its author, even if another person comes between', async () => {
    const { server, room, signIn } = await adaIsOnline()
    server.loseNextAck()
    server.loseNextFrame()
    const end = endOf(room.send('once'))
    signIn(token('bob'))
    await settle(5_000)
    expect(end()).toBe('user_changed')
    expect(shown(room)).toEqual(['ada: once sent'])
    signIn(token('ada'))
    server.dropConnection()
    await settle(5_000)
    expect(shown(room)).toEqual(['ada: once sent'])
    expect(server.stored().texts).toEqual(['once'])
  })

  it('what failed leaves the view, and is there again for its author', async () => {
    const { server, room, signIn } = await adaIsOnline()
    server.refuseNextSend('forbidden')
    const end = endOf(room.send('refused'))
    await settle()
    expect(end()).toBe('forbidden')
    signIn(token('bob'))
    server.dropConnection()
    await settle(5_000)
    expect(shown(room)).toEqual([])
    signIn(token('ada'))
    server.dropConnection()
    await settle(5_000)
    expect(shown(room)).toEqual(['ada: refused failed'])
  })

  it('the next person’s own unsent messages come back and go out', async () => {
    const { server, storage, chat, room, signIn } = await adaIsOnline()
    signIn(token('bob'))
    server.dropConnection()
    await settle(5_000)
    server.goOffline()
    endOf(room.send('from Bob'))
    await chat.close()
    server.goOnline()
    signIn(token('ada'))
    let current = token('ada')
    const again = open(server, { storage, token: () => current })
    const lobby = await again.join('lobby')
    expect(shown(lobby)).toEqual([])
    current = token('bob')
    server.dropConnection()
    await settle(5_000)
    expect(shown(lobby)).toEqual(['bob: from Bob sent'])
  })

  it('the room starts over for them: no unread, no read mark, no history of the former person', async () => {
    const { server, room, signIn } = await adaIsOnline()
    server.sayAs('Grace', 'hi')
    await settle()
    expect(room.unread).toBe(1)
    const told: string[] = []
    room.on('reset', ({ reason }) => told.push(`${reason} ${room.messages.length}`))
    room.on('caught-up', () => told.push('caught-up'))
    room.on('message', ({ text }) => told.push(text))
    signIn(token('bob'))
    server.dropConnection()
    await settle(5_000)
    expect(told).toEqual(['user 0'])
    expect(room.status).toBe('joined')
    expect(room.unread).toBe(0)
    expect(shown(room)).toEqual(['grace: hi sent'])
  })

  it('[P8] a room they may not enter shows nothing of what the former one read, and is the same for the one who may', async () => {
    const { server, chat, room, signIn } = await adaIsOnline()
    server.sayAs('Grace', 'secret')
    await settle()
    server.refuseNextJoin('room_not_found')
    signIn(token('bob'))
    server.dropConnection()
    await settle(5_000)
    expect(room.status).toBe('failed')
    expect(room.messages).toEqual([])
    expect(room.members).toEqual([])
    expect(await chat.join('lobby')).toBe(room)
  })

  it('at a refresh the connection is replaced at once: it never speaks for two', async () => {
    const { server, chat, room, signIn } = await adaIsOnline()
    signIn(token('ada', 2))
    await settle(541_000)
    expect(chat.me).toEqual(ada)
    const moves: string[] = []
    chat.on('status', ({ current }) => moves.push(current))
    signIn(token('bob'))
    await settle(541_000)
    expect(chat.me).toEqual(bob)
    expect(moves).toEqual(['connecting', 'online'])
    expect((await room.send('hello')).user).toEqual(bob)
    expect(server.stored().texts).toEqual(['hello'])
  })
})

describe('a guest of a browser', () => {
  it('who was replaced by another tab’s sends nothing as that one, nor gives them a name', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const theirs = memoryStorage()
    const next = open(server, { storage: theirs, user: { name: 'Next' } })
    await next.connect()
    const chat = open(server, { storage, user: { name: 'Former' } })
    const room = await chat.join('lobby')
    server.goOffline()
    const end = endOf(room.send('from the former'))
    await chat.setName('Former, renamed')
    storage.setItem(GUEST_KEY, theirs.getItem(GUEST_KEY)!)
    server.goOnline()
    await settle(5_000)
    expect(chat.me).toEqual(next.me)
    expect(chat.me!.name).toBe('Next')
    expect(end()).toBe('user_changed')
    expect(server.stored().texts).toEqual([])
  })

  it('stays the same, and keeps name and unsent messages, when the site empties the storage', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const chat = open(server, { storage, user: { name: 'Ada' } })
    const room = await chat.join('lobby')
    const { me } = chat
    await room.send('before')
    server.goOffline()
    const sent = room.send('offline')
    storage.map.clear()
    server.goOnline()
    await sent
    expect(chat.me).toEqual(me)
    expect(shown(room)).toEqual([`${me!.id}: before sent`, `${me!.id}: offline sent`])
    expect(storage.getItem(GUEST_KEY)).toBeTruthy()
    const nextPage = open(server, { storage })
    await nextPage.connect()
    expect(nextPage.me).toEqual(me)
  })

  it('a recreated guest has the page’s name, also when only the identity was removed', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const first = open(server, { storage, user: { name: 'Ada' } })
    await first.connect()
    await first.close()
    storage.removeItem(GUEST_KEY)
    const second = open(server, { storage, user: { name: 'Ada' } })
    await second.connect()
    expect(second.me!.name).toBe('Ada')
    expect(second.me!.id).not.toBe(first.me!.id)
  })

  it('whose token the server refuses keeps the name they had, and nothing else goes over', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const chat = open(server, { storage, user: { name: 'Ada' } })
    const room = await chat.join('lobby')
    await chat.setName('Ada L.')
    const former = chat.me!
    server.goOffline()
    const end = endOf(room.send('late'))
    server.refuseHandshake('token_invalid')
    server.goOnline()
    await settle(5_000)
    expect(chat.me!.id).not.toBe(former.id)
    expect(chat.me!.name).toBe('Ada L.')
    expect(end()).toBe('user_changed')
    expect(server.stored().texts).toEqual([])
  })
})

describe('two tabs on a first visit, without locks between them', () => {
  it('are one guest before anything is joined: the later one becomes the first', async () => {
    const server = createFakeServer({ latencyMs: 10 })
    const { map } = memoryStorage()
    // Two objects over one store: neither page knows of the other's promises.
    const [one, other] = [memoryStorage(map), memoryStorage(map)].map((storage) =>
      open(server, { storage, user: { name: 'Ada' } }),
    ) as [Chat, Chat]
    const people: (string | undefined)[] = []
    for (const chat of [one, other]) chat.on('me', ({ id }) => people.push(id))
    const joined = Promise.all([one.join('lobby'), other.join('lobby')])
    await settle(200)
    const [room] = await joined
    expect(one.me).toEqual(other.me)
    expect(new Set(people).size).toBe(1)
    expect(room.memberCount).toBe(1)
  })

  it('the one whose identity was overwritten in the same instant says nothing as the loser', async () => {
    const server = createFakeServer({ latencyMs: 10 })
    const [storage, theirs] = [memoryStorage(), memoryStorage()]
    const first = open(server, { storage: theirs })
    const connected = first.connect()
    await settle(100)
    await connected
    const chat = open(server, { storage })
    chat.on('me', ({ id }) => {
      if (id !== first.me!.id) storage.setItem(GUEST_KEY, theirs.getItem(GUEST_KEY)!)
    })
    const joined = chat.join('lobby').then((room) => room.send('hello'))
    await settle(200)
    expect((await joined).user.id).toBe(first.me!.id)
    expect(server.stored().texts).toEqual(['hello'])
  })

  it('a storage that holds another guest at every look does not keep a chat from being online', async () => {
    const guests = Array.from({ length: 20 }, (_, i) => ({
      id: `guest:x${i}`,
      name: 'X',
      guest: true as const,
    }))
    const server = createFakeServer({ users: Object.fromEntries(guests.map((it) => [token(it.id), it])) })
    let looks = 0
    const getItem = (key: string) => (key === GUEST_KEY ? token(`guest:x${looks++}`) : null)
    const chat = open(server, { storage: { ...memoryStorage(), getItem } })
    const connected = endOf(chat.connect())
    await settle(60_000)
    expect(connected()).toBe('committed')
  })
})

describe('logout', () => {
  it('forgets a guest: identity, name and unsent messages; the room goes on as a new guest', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const chat = open(server, { storage, user: { name: 'Ada' } })
    const room = await chat.join('lobby')
    await chat.setName('Ada L.')
    await room.send('said')
    server.goOffline()
    const end = endOf(room.send('unsent'))
    const former = chat.me!
    await chat.logout()
    expect(chat.me).toBeUndefined()
    expect(room.messages).toEqual([])
    await settle()
    expect(end()).toBe('user_changed')
    expect([...storage.map.keys()].filter((key) => !key.startsWith('alcove:logout:'))).toEqual([])
    expect([...storage.map.values()].join()).not.toContain(former.id)
    await expect(room.send('from nobody')).rejects.toMatchObject({ code: 'offline', retryable: true })
    server.goOnline()
    await settle(5_000)
    expect(chat.me!.id).not.toBe(former.id)
    expect(chat.me!.name).toBe('Ada')
    expect(shown(room)).toEqual([`${former.id}: said sent`])
    expect(server.stored().texts).toEqual(['said'])
  })

  it('is at once, on an open connection', async () => {
    const server = createFakeServer()
    const chat = open(server, { storage: memoryStorage() })
    const room = await chat.join('lobby')
    const former = chat.me!
    const moves: string[] = []
    room.on('status', ({ current }) => moves.push(current))
    await chat.logout()
    await settle()
    expect(chat.me!.id).not.toBe(former.id)
    expect(moves).toEqual(['catching-up', 'joined'])
    expect(room.members).toEqual([chat.me])
  })

  it('while the first connection is on its way leaves no trace of the guest it would have made', async () => {
    const server = createFakeServer({ latencyMs: 10 })
    const storage = memoryStorage()
    const chat = open(server, { storage })
    const people: string[] = []
    chat.on('me', ({ id }) => people.push(id))
    const joined = chat.join('lobby')
    await settle(15)
    await chat.logout()
    await settle(200)
    await joined
    expect(people).toHaveLength(1)
  })

  it('is followed at once by the other chats of the page, who become the same new guest', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const [one, other, stranger] = [{ storage }, { storage }, {}].map((options) => open(server, options)) as [
      Chat,
      Chat,
      Chat,
    ]
    await one.connect()
    const room = await other.join('lobby')
    await stranger.connect()
    const [former, strangerWas] = [one.me!, stranger.me!]
    await one.logout()
    expect(other.me).toBeUndefined()
    await settle()
    expect(other.me!.id).not.toBe(former.id)
    expect(other.me).toEqual(one.me)
    expect(room.members).toContainEqual(one.me)
    expect(stranger.me).toEqual(strangerWas)
  })

  it('is followed by a tab that slept meanwhile, also when no new guest has come', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const [one, sleeping] = [open(server, { storage }), open(server, { storage, user: { name: 'Ada' } })]
    await one.connect()
    const room = await sleeping.join('lobby')
    const former = sleeping.me!
    server.goOffline()
    const end = endOf(room.send('unsent'))
    await one.logout()
    await one.close()
    expect(storage.getItem(GUEST_KEY)).toBeNull()
    server.goOnline()
    await settle(5_000)
    expect(sleeping.me!.id).not.toBe(former.id)
    expect(end()).toBe('user_changed')
    expect(server.stored().texts).toEqual([])
    expect(outboxKeys(storage)).toEqual([])
  })

  it('on a chat that was never connected makes the next guest a new one', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const first = open(server, { storage })
    await first.connect()
    await first.close()
    const second = open(server, { storage })
    await second.logout()
    expect(second.status).toBe('idle')
    await second.connect()
    expect(second.me!.id).not.toBe(first.me!.id)
  })

  it('leaves a signed user who they are, with what they have not sent', async () => {
    const server = createFakeServer({ users })
    const storage = memoryStorage()
    const chat = open(server, { storage, token: token('ada') })
    const room = await chat.join('lobby')
    server.goOffline()
    const end = endOf(room.send('kept'))
    await chat.logout()
    expect(chat.me).toEqual(ada)
    expect(outboxKeys(storage)).toHaveLength(1)
    server.goOnline()
    await settle(5_000)
    expect(end()).toBe('committed')
  })
})
