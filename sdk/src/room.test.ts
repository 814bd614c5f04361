import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeServer, type FakeServer, type FakeServerOptions } from './testing/index.js'
import type { Chat, Room } from './types.js'

let server: FakeServer
let chat: Chat

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(async () => {
  await chat.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

function start(options?: FakeServerOptions): void {
  server = createFakeServer(options)
  chat = server.createChat({ user: { name: 'Ada' } })
}
async function joinLobby(options?: FakeServerOptions): Promise<Room> {
  start(options)
  return chat.join('lobby')
}
async function joinSlowly(): Promise<Room> {
  start({ latencyMs: 10 })
  const joined = chat.join('lobby')
  await settle(100)
  return joined
}
const texts = (room: Room) => room.messages.map(({ text }) => text)

/** Everything a room says, in order, in words. */
function listen(room: Room): string[] {
  const heard: string[] = []
  room.on('message', ({ text }) => heard.push(text))
  room.on('status', ({ current }) => heard.push(`[${current}]`))
  room.on('caught-up', ({ missed }) => heard.push(`[caught up: ${missed}]`))
  room.on('reset', ({ reason }) => heard.push(`[reset: ${reason}]`))
  return heard
}

describe('joining', () => {
  it('gives the same object for the same id, also while joining', async () => {
    start()
    const [first, second] = await Promise.all([chat.join('lobby'), chat.join('lobby')])
    expect(first).toBe(second)
    expect(await chat.join('lobby')).toBe(first)
    expect(first.status).toBe('joined')
    expect(first.info).toMatchObject({ id: 'lobby' })
    expect(first.capabilities).toContain('write')
  })

  it('what one may do follows the server’s word while one is in the room', async () => {
    const room = await joinLobby()
    const heard: string[] = []
    room.on('change', () => heard.push(room.capabilities.join()))
    server.setCapabilities(['read'])
    await settle()
    server.setCapabilities(['read', 'write'])
    await settle()
    expect(heard).toEqual(['read', 'read,write'])
  })

  it('[SETTING-1] its title follows what is set, live, after a break and in another epoch', async () => {
    const room = await joinLobby()
    const { createdAt } = room.info!
    expect(room.info).toEqual({ id: 'lobby', createdAt })
    let changes = 0
    room.on('change', () => changes++)
    server.updateRoom({ title: 'One' })
    await settle()
    expect(room.info).toEqual({ id: 'lobby', createdAt, title: 'One' })
    expect(room.info).toBe(room.info)
    expect(changes).toBe(1)

    server.goOffline()
    server.updateRoom({ title: 'Two' })
    server.sayAs('bob', 'hi')
    server.goOnline()
    await settle(5_000)
    expect(room.info?.title).toBe('Two')
    expect(texts(room)).toEqual(['hi'])

    server.loseNextFrame()
    server.updateRoom({ title: null })
    server.sayAs('bob', 'ho')
    await settle(5_000)
    expect(room.info).toEqual({ id: 'lobby', createdAt })

    server.updateRoom({ title: 'Three' })
    server.wipeRoom()
    server.dropConnection()
    await settle(5_000)
    expect(room.info).toEqual({ id: 'lobby', createdAt })
  })

  it('the first messages are history: no events, nothing unread', async () => {
    start()
    server.fillRoom('lobby', { count: 60 })
    const room = await chat.join('lobby')
    const heard = listen(room)
    await settle()
    expect(room.messages).toHaveLength(50)
    expect(room.hasOlder).toBe(true)
    expect(room.unread).toBe(0)
    expect(heard).toEqual([])
  })

  it.each([null, 7, '', 'no spaces', 'x'.repeat(129), '.', '..'])(
    '[ROOM-1] refuses %j as a room id',
    async (id) => {
      start()
      await expect(chat.join(id as string)).rejects.toMatchObject({ code: 'invalid_request' })
      expect(chat.status).toBe('idle')
    },
  )

  it('a failed join rejects, leaves other rooms alone, and may be tried again', async () => {
    const lobby = await joinLobby()
    server.refuseNextJoin('room_full')
    await expect(chat.join('den', { leave: ['lobby'] })).rejects.toMatchObject({
      code: 'room_full',
      retryable: true,
    })
    expect(lobby.status).toBe('joined')
    expect((await chat.join('den')).status).toBe('joined')
  })

  it.each(['internal', 'unavailable', 'draining'] as const)(
    'a first join waits out what passes by itself: %s',
    async (code) => {
      start()
      for (let i = 0; i < 3; i++) server.refuseNextJoin(code, { retryable: code !== 'internal' })
      const joined = chat.join('lobby')
      await settle(500 + 750 + 1_125)
      expect((await joined).status).toBe('joined')
    },
  )

  it.each(['rate_limited', 'unavailable'] as const)(
    'a first join waits where %s says how long, as in a class that comes in together',
    async (code) => {
      start()
      server.refuseNextJoin(code, { retryAfterMs: 2_000 })
      const joined = chat.join('lobby')
      await settle(10_000)
      expect((await joined).status).toBe('joined')
    },
  )

  it('a first join that meets nothing but faults rejects after half a minute, and may be tried again', async () => {
    start()
    for (let i = 0; i < 10; i++) server.refuseNextJoin('internal')
    const rejected = expect(chat.join('lobby')).rejects.toMatchObject({ code: 'internal' })
    await settle(60_000)
    await rejected
    expect((await chat.join('lobby')).status).toBe('joined')
  })

  it('switches rooms in one step', async () => {
    const lobby = await joinLobby()
    const den = await chat.join('den', { leave: ['lobby'] })
    expect(lobby.status).toBe('left')
    expect(den.status).toBe('joined')
    server.sayAs('Bob', 'to the lobby', 'lobby')
    await settle()
    expect(texts(lobby)).toEqual([])
    expect(await chat.join('lobby')).not.toBe(lobby)
  })

  it('leaves the others too when the room was joined already', async () => {
    const lobby = await joinLobby()
    const den = await chat.join('den')
    await chat.join('den', { leave: ['lobby'] })
    expect(lobby.status).toBe('left')
    expect(den.status).toBe('joined')
  })

  it('a join that meets a break is made on the next connection', async () => {
    start({ latencyMs: 10 })
    const joined = chat.join('lobby')
    await settle(35)
    server.dropConnection()
    expect(chat.status).toBe('offline')
    await settle(1_000)
    expect((await joined).status).toBe('joined')
  })
})

describe('leaving', () => {
  it('leave, then join at once, ends joined', async () => {
    const room = await joinSlowly()
    const left = room.leave()
    const again = chat.join('lobby')
    await settle(100)
    await left
    const second = await again
    expect(room.status).toBe('left')
    expect(second.status).toBe('joined')
    server.sayAs('Bob', 'hi')
    await settle(100)
    expect(texts(second)).toEqual(['hi'])
  })

  it('[P6] a leave does not overtake the re-join on its way: no ghost stays', async () => {
    const room = await joinSlowly()
    const other = server.createChat()
    const joined = other.join('lobby')
    await settle(100)
    const theirs = await joined
    server.dropConnection()
    await settle(525)
    expect(chat.status).toBe('online')
    expect(room.status).toBe('catching-up')
    const left = room.leave()
    await settle(5_000)
    await left
    expect(theirs.status).toBe('joined')
    expect(theirs.memberCount).toBe(1)
    await other.close()
  })

  it('a join that waits for the leave is refused when the chat is closed meanwhile', async () => {
    const room = await joinSlowly()
    const left = room.leave()
    const again = expect(chat.join('lobby')).rejects.toMatchObject({ code: 'closed' })
    await chat.close()
    await left
    await again
  })

  it('says so after that', async () => {
    const room = await joinLobby()
    await room.leave()
    await room.leave()
    await expect(room.send('hello?')).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('hearing', () => {
  it('[P2] emits each message once, including own ones, in seq order', async () => {
    const room = await joinLobby()
    const heard = listen(room)
    server.sayAs('Bob', 'one')
    const sent = room.send('two')
    await sent
    server.sayAs('Bob', 'three')
    await settle()
    expect(heard).toEqual(['one', 'two', 'three'])
    expect(room.messages.map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  it('one throwing listener stops no other', async () => {
    const room = await joinLobby()
    const uncaught = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
    const heard: string[] = []
    room.on('message', () => {
      throw new Error('a bug of the page')
    })
    room.on('message', ({ text }) => heard.push(text))
    uncaught.mockRestore()
    const reported = vi.fn()
    process.once('uncaughtException', reported)
    server.sayAs('Bob', 'hi')
    await settle()
    expect(heard).toEqual(['hi'])
    await vi.waitFor(() => expect(reported).toHaveBeenCalled())
  })

  it('`on` returns its undo', async () => {
    const room = await joinLobby()
    const heard = vi.fn()
    const off = room.on('message', heard)
    off()
    off()
    server.sayAs('Bob', 'hi')
    await settle()
    expect(heard).not.toHaveBeenCalled()
  })

  it('[P4] a lost frame in a busy room is asked for', async () => {
    const room = await joinLobby()
    const heard = listen(room)
    server.loseNextFrame()
    server.sayAs('Bob', 'lost')
    server.sayAs('Bob', 'found')
    await settle(500)
    expect(heard).toEqual(['lost', 'found'])
  })

  it('[P2] frames of two nodes that overtake each other are put in order, and nobody asks for anything', async () => {
    const room = await joinLobby()
    const heard = listen(room)
    server.delayNextFrame()
    server.sayAs('Bob', 'first')
    server.sayAs('Eve', 'second')
    await settle(1_000)
    expect(heard).toEqual(['first', 'second'])
    expect(server.syncs).toBe(0)
  })

  it('[P4] a reader who slept through an edit shows the edit', async () => {
    const room = await joinLobby()
    const id = server.sayAs('Bob', 'helo')
    await settle()
    server.dropConnection()
    server.edit(id, 'hello')
    await settle(500)
    expect(texts(room)).toEqual(['hello'])
  })

  it('[P4] comes back whole after a night, and says how much it missed', async () => {
    const room = await joinLobby()
    server.sayAs('Bob', 'good night')
    await settle()
    const heard = listen(room)
    server.goOffline()
    server.fillRoom('lobby', { count: 450 })
    expect(room.status).toBe('catching-up')
    server.goOnline()
    await settle()
    expect(room.messages).toHaveLength(451)
    expect(heard.filter((said) => said.startsWith('['))).toEqual([
      '[catching-up]',
      '[joined]',
      '[caught up: 450]',
    ])
    expect(heard).toHaveLength(453)
    expect(room.unread).toBe(451)
  })

  it('one’s own message is not among the missed', async () => {
    const room = await joinLobby()
    const heard = listen(room)
    server.loseNextFrame()
    server.loseNextAck()
    const sent = room.send('on its way when the connection broke')
    await settle()
    expect(room.status).toBe('catching-up')
    server.sayAs('Bob', 'missed')
    await settle(1_000)
    await sent
    expect(texts(room)).toEqual(['on its way when the connection broke', 'missed'])
    expect(heard).toContain('[caught up: 1]')
  })

  it('[P4] a log that started over replaces what was shown, and reports it', async () => {
    const room = await joinLobby()
    server.sayAs('Bob', 'old')
    await settle()
    const heard = listen(room)
    server.dropConnection()
    server.wipeRoom()
    server.sayAs('Bob', 'new')
    await settle(500)
    expect(texts(room)).toEqual(['new'])
    expect(heard).toContain('[reset: epoch]')
    expect(heard).not.toContain('new')
    expect(room.status).toBe('joined')
  })

  it('a message unchanged is the same object in every list', async () => {
    const room = await joinLobby()
    server.sayAs('Bob', 'one')
    await settle()
    const [one] = room.messages
    const list = room.messages
    expect(room.messages).toBe(list)
    server.sayAs('Bob', 'two')
    await settle()
    expect(room.messages).not.toBe(list)
    expect(room.messages[0]).toBe(one)
  })
})

describe('coming back', () => {
  it('a re-join refused for good fails the room; joining again may work', async () => {
    const room = await joinLobby()
    const heard = listen(room)
    server.refuseNextJoin('room_not_found')
    server.dropConnection()
    await settle(500)
    expect(chat.status).toBe('online')
    expect(room.status).toBe('failed')
    expect(heard).toEqual(['[catching-up]', '[failed]'])
    await expect(room.send('anyone?')).rejects.toMatchObject({ code: 'room_not_found' })
    expect(await chat.join('lobby')).toBe(room)
    expect(room.status).toBe('joined')
  })

  it('what was said before it was closed counts as missed by nobody', async () => {
    const room = await joinLobby()
    server.sayAs('Bob', 'seen')
    await settle()
    server.closeRoom('room_not_found')
    await settle()
    expect(room.status).toBe('failed')
    server.sayAs('Bob', 'missed')
    const heard = listen(room)
    await chat.join('lobby')
    expect(heard).toContain('[caught up: 1]')
  })

  it('a re-join refused for now is tried again', async () => {
    const room = await joinLobby()
    server.refuseNextJoin('unavailable', { retryAfterMs: 1_000 })
    server.dropConnection()
    await settle(500)
    expect(room.status).toBe('catching-up')
    await settle(1_500)
    expect(room.status).toBe('joined')
  })
})

describe('leaving', () => {
  it('each join is undone by one leave: the last one leaves the room, one more does nothing', async () => {
    start()
    const [room, same] = await Promise.all([chat.join('lobby'), chat.join('lobby')])
    expect(same).toBe(room)
    await room.leave()
    await room.send('still here')
    expect(await chat.join('lobby')).toBe(room)
    await room.leave()
    expect(room.status).toBe('joined')
    await room.leave()
    expect(room.status).toBe('left')
    await room.leave()
    const again = await chat.join('lobby')
    expect(again).not.toBe(room)
    await room.leave()
    expect(again.status).toBe('joined')
    server.sayAs('Bob', 'heard')
    await settle()
    expect(again.messages.map(({ text }) => text)).toEqual(['still here', 'heard'])
  })

  it('a join that begins in the same moment as another’s leave holds the room', async () => {
    const room = await joinLobby()
    const joining = chat.join('lobby')
    const leaving = room.leave()
    expect(await joining).toBe(room)
    await leaving
    expect(room.status).toBe('joined')
    const left = room.leave()
    const fresh = await chat.join('lobby')
    await left
    expect(room.status).toBe('left')
    server.sayAs('Bob', 'heard')
    await settle()
    expect(fresh.messages.map(({ text }) => text)).toEqual(['heard'])
  })

  it('a component that goes before its join has settled leaves the other one’s room alone', async () => {
    start()
    const first = chat.join('lobby')
    const cleanedUp = first.then((room) => room.leave())
    const room = await chat.join('lobby')
    await cleanedUp
    expect(room.status).toBe('joined')
    await room.send('hello')
  })

  it('quick switching leaves every room but the last', async () => {
    start()
    const joins = ['lobby', 'den', 'lobby', 'den'].map((id, index, { length }) => {
      const joining = chat.join(id)
      if (index < length - 1) void joining.then((room) => room.leave())
      return joining
    })
    const [lobby, den] = await Promise.all(joins)
    await settle()
    expect([lobby!.status, den!.status]).toEqual(['left', 'joined'])
  })

  it('a join that fails holds nothing', async () => {
    const room = await joinLobby()
    server.closeRoom('forbidden')
    await settle()
    server.refuseNextJoin('forbidden')
    await expect(chat.join('lobby')).rejects.toMatchObject({ code: 'forbidden' })
    expect(await chat.join('lobby')).toBe(room)
    await room.leave()
    expect(room.status).toBe('joined')
    await room.leave()
    expect(room.status).toBe('left')
  })

  it('a switch undoes one join: who else holds the room keeps it', async () => {
    const lobby = await joinLobby()
    await chat.join('lobby')
    await chat.join('den', { leave: ['lobby', 'lobby', 'nowhere'] })
    expect(lobby.status).toBe('joined')
    await lobby.send('still here')
    await chat.join('den', { leave: ['lobby'] })
    expect(lobby.status).toBe('left')
  })

  it('a room that somebody joins while a switch leaves it is joined again, and whole', async () => {
    const lobby = await joinLobby()
    const switching = chat.join('den', { leave: ['lobby'] })
    const other = await chat.join('lobby')
    await switching
    server.sayAs('Bob', 'hello', 'lobby')
    await settle()
    expect(other).toBe(lobby)
    expect(lobby.status).toBe('joined')
    expect(lobby.messages.map(({ text }) => text)).toEqual(['hello'])
  })
})

describe('out of the server’s own accord', () => {
  it('a room closed for good fails, says why, and what waits fails with it', async () => {
    const room = await joinLobby()
    server.closeRoom('forbidden')
    await settle()
    expect(room.status).toBe('failed')
    await expect(room.send('still here?')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('a fault of the server ends no room: it is joined again, and caught up with again', async () => {
    const room = await joinLobby()
    server.closeRoom('internal', { retryable: false })
    await settle(1_000)
    expect(room.status).toBe('joined')
    server.refuseNextJoin('internal')
    server.dropConnection()
    await settle(3_000)
    expect(room.status).toBe('joined')
  })

  it('a room closed for now is joined again', async () => {
    const room = await joinLobby()
    server.closeRoom('overloaded', { retryAfterMs: 1_000 })
    await settle()
    expect(room.status).toBe('catching-up')
    server.sayAs('Bob', 'meanwhile')
    await settle(1_500)
    expect(room.status).toBe('joined')
    expect(texts(room)).toEqual(['meanwhile'])
  })

  it('a rename by another tab is received', async () => {
    await joinLobby()
    server.renameAs(chat.me!, 'Ada L.')
    await settle()
    expect(chat.me!.name).toBe('Ada L.')
  })
})

describe('history', () => {
  it('loads page by page; concurrent calls share one request', async () => {
    start()
    server.fillRoom('lobby', { count: 120 })
    const room = await chat.join('lobby')
    const heard = listen(room)
    const [more, same] = await Promise.all([room.loadOlder(40), room.loadOlder(40)])
    expect([more, same]).toEqual([true, true])
    expect(room.messages).toHaveLength(90)
    expect(await room.loadOlder()).toBe(false)
    expect(room.messages[0]!.seq).toBe(1)
    expect(heard).toEqual([])
  })

  it.each([0, -1, NaN, null])('refuses to load %j messages', async (count) => {
    const room = await joinLobby()
    await expect(room.loadOlder(count as number)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('[P4] what is said while a page is on its way is not lost with it', async () => {
    start({ latencyMs: 10 })
    server.fillRoom('lobby', { count: 120 })
    const joined = chat.join('lobby')
    await settle(100)
    const room = await joined
    server.delayAcks(100)
    const loading = room.loadOlder()
    await settle(50)
    server.sayAs('Bob', 'meanwhile')
    await settle(20)
    expect(texts(room).at(-1)).toBe('meanwhile')
    await settle(200)
    expect(await loading).toBe(true)
    expect(room.messages).toHaveLength(101)
    expect(texts(room).at(-1)).toBe('meanwhile')
  })

  it('a break rejects, and the next call works', async () => {
    start({ latencyMs: 10 })
    server.fillRoom('lobby', { count: 120 })
    const joined = chat.join('lobby')
    await settle(100)
    const room = await joined
    const loading = expect(room.loadOlder()).rejects.toMatchObject({ code: 'offline' })
    server.dropConnection()
    await loading
    await settle(1_000)
    const again = room.loadOlder()
    await settle(100)
    expect(await again).toBe(true)
  })
})

describe('people', () => {
  it('[P6] members and count follow who comes and goes', async () => {
    const room = await joinLobby({ members: 2 })
    expect(room.memberCount).toBe(3)
    expect(room.members.map(({ name }) => name)).toContain('Ada')
    const other = server.createChat({ user: { name: 'Eve' } })
    const theirs = await other.join('lobby')
    await settle()
    expect(room.memberCount).toBe(4)
    await other.setName('Eva')
    await settle()
    expect(room.members.at(-1)!.name).toBe('Eva')
    await theirs.leave()
    await settle()
    expect(room.memberCount).toBe(3)
    await other.close()
  })

  it('above the list limit there is the count alone', async () => {
    const room = await joinLobby({ limits: { listedMembers: 3 } })
    server.addMembers(5)
    await settle()
    expect(room.memberCount).toBe(6)
    expect(room.members).toEqual([])
  })

  it('others who type are shown, oneself never, and nobody for ever', async () => {
    const room = await joinLobby()
    server.setTyping(['Bob', chat.me!])
    await settle()
    expect(room.typingUsers.map(({ name }) => name)).toEqual(['Bob'])
    await settle(8_000)
    expect(room.typingUsers).toEqual([])
  })

  it('reports typing at most every 3 s, and again after a message', async () => {
    const room = await joinLobby()
    const other = server.createChat()
    const theirs = await other.join('lobby')
    const changes = vi.fn()
    theirs.on('change', changes)
    for (let i = 0; i < 10; i++) room.keystroke()
    await settle()
    expect(changes).toHaveBeenCalledTimes(1)
    await settle(3_000)
    room.keystroke()
    await settle()
    expect(changes).toHaveBeenCalledTimes(2)
    await room.send('done')
    room.keystroke()
    await settle()
    expect(changes).toHaveBeenCalledTimes(4)
    await other.close()
  })

  it('messages of others are unread until markRead() or an own message', async () => {
    const room = await joinLobby()
    server.sayAs('Bob', 'one')
    server.sayAs('Bob', 'two')
    await settle()
    expect(room.unread).toBe(2)
    await room.markRead()
    expect(room.unread).toBe(0)
    expect(room.readSeq).toBe(2)
    server.sayAs('Bob', 'three')
    await settle()
    expect(room.unread).toBe(1)
    await room.send('four')
    expect(room.unread).toBe(0)
  })
})

describe('a hot room', () => {
  it('changes once per frame, however many messages the frame brings, and is whole at the first of them', async () => {
    const room = await joinLobby()
    const heard: string[] = []
    const lists = new Set<readonly unknown[]>()
    room.on('message', ({ text }) => {
      heard.push(text)
      lists.add(room.messages)
      expect(room.messages).toHaveLength(100)
      expect(room.unread).toBe(100)
    })
    room.on('change', () => {
      heard.push('[change]')
      lists.add(room.messages)
    })
    server.fillRoom('lobby', { count: 100, perFrame: 100 })
    await settle()
    expect(heard).toEqual([...Array.from({ length: 100 }, (_, i) => `Message ${i + 1}`), '[change]'])
    expect(lists.size).toBe(1)
  })

  it('changes once too for the frame that makes it whole after a break', async () => {
    const room = await joinLobby()
    server.goOffline()
    server.sayAs('Bob', 'meanwhile')
    const heard = listen(room)
    room.on('change', () => heard.push('[change]'))
    server.goOnline()
    await settle()
    expect(heard).toEqual(['meanwhile', '[joined]', '[change]', '[caught up: 1]'])
  })

  it('keeps the newest 2,000 messages, counts all as unread, and finds the older ones again', async () => {
    const room = await joinLobby()
    server.fillRoom('lobby', { count: 10_000, perFrame: 100 })
    await settle()
    expect(room.messages).toHaveLength(2_000)
    expect(room.messages.at(-1)!.text).toBe('Message 10000')
    expect(room.unread).toBe(10_000)
    expect(room.hasOlder).toBe(true)
    expect(await room.loadOlder(100)).toBe(true)
    expect(room.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 2_100 }, (_, i) => 7_901 + i))
    await room.send('mine')
    expect(room.unread).toBe(0)
    server.fillRoom('lobby', { count: 3, perFrame: 3 })
    await settle()
    expect(room.unread).toBe(3)
  })
})
