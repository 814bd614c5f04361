/** What becomes of messages when they are edited and deleted: outcomes, rows, journal, on both engines. */
import { randomUUID } from 'node:crypto'
import type { MessageChange } from '@alcove/sdk/protocol'
import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { toNewChange, type RoomChange } from '../src/log/room-change.js'
import { createChangeRepository, type ChangeConditions } from '../src/storage/change-repository.js'
import type { Database } from '../src/storage/database.js'
import { createMessageRepository, type NewMessage } from '../src/storage/message-repository.js'
import { createReadTurns, createTurn } from '../src/storage/read-turns.js'
import { createRoomRepository, type RoomRow } from '../src/storage/room-repository.js'
import { ENGINES, openTestDatabase } from './support/database.js'
import { createApp, newRoomId, type TestApp } from './support/node.js'

const OWN: ChangeConditions = { who: 'author', withinSeconds: 60 }
const TOO_LATE = { conditions: { ...OWN, withinSeconds: 0 } }
const ANYBODY = { conditions: { who: 'anybody' } } as const

describe.each(ENGINES)('changing messages on %s', (engine) => {
  let database: Database
  let app: TestApp
  let close: () => Promise<void>
  beforeAll(async () => {
    const opened = await openTestDatabase(engine)
    database = opened.database
    close = opened.close
    app = await createApp(database)
  })
  afterAll(() => close())

  async function openRoom() {
    const turns = createReadTurns(engine)
    const messages = createMessageRepository(database, turns)
    const changes = createChangeRepository(database, turns)
    const room: RoomRow = await createRoomRepository(database).findOrCreate(app.id, newRoomId())
    const place = { roomKey: room.key, roomId: 'lobby', channel: '', epoch: room.epoch }

    const newMessage = (text: string, more: Partial<NewMessage> = {}): NewMessage => ({
      ...place,
      id: randomUUID(),
      author: { id: 'ada', name: 'Ada' },
      text,
      fingerprint: text,
      ...more,
    })
    async function send(text: string, more: Partial<NewMessage> = {}): Promise<NewMessage> {
      const message = newMessage(text, more)
      await messages.append([message])
      return message
    }
    const asked = (change: MessageChange, more: Partial<RoomChange> = {}): RoomChange => ({
      ...place,
      id: randomUUID(),
      by: { kind: 'user', id: 'ada' },
      change,
      conditions: OWN,
      ...more,
    })
    const edit = ({ id }: NewMessage, text: string, more: Partial<RoomChange> = {}) =>
      asked({ kind: 'message.edited', message: id, text }, more)
    const remove = ({ id }: NewMessage, more: Partial<RoomChange> = {}) =>
      asked({ kind: 'message.deleted', message: id }, more)
    const apply = (...changed: RoomChange[]) => changes.apply(changed.map(toNewChange))
    const outcomes = async (...changed: RoomChange[]) =>
      (await apply(...changed)).map(({ outcome }) => outcome)
    async function rows() {
      const bounds = { turn: createTurn('reader'), bytes: 1_000_000 }
      return (await messages.since(room.key, 0, 100, bounds)).messages
    }
    async function head() {
      const [row] = await database.query<{ rev: number; seq: number; bytes: number }>(
        'select rev, seq, bytes from rooms where key = $1',
        [room.key],
      )
      return row
    }
    const journal = () =>
      database.query<{ rev: number; kind: string; replaced: Record<string, string>; actor_id: string }>(
        'select rev, kind, actor_id, replaced from changes where room_key = $1 order by rev',
        [room.key],
      )
    return {
      ...{ room, messages, changes, send, edit, remove, apply, outcomes, rows, head, journal },
      newMessage,
    }
  }

  const byGrace = { by: { kind: 'user', id: 'grace' } } as const

  it('[CHANGE-4] an edit keeps at, seq and all but the text, takes the next rev and sets editedAt', async () => {
    const { send, edit, apply, rows, head } = await openRoom()
    const replyTo = randomUUID()
    const a = await send('first', { replyTo, meta: '{"k":1}' })
    await send('b')
    const [before] = await rows()
    const [changed] = await apply(edit(a, 'zweite Fassung é'))
    expect(changed).toMatchObject({ outcome: 'applied', seq: 1, rev: 3, author: 'ada' })
    const after = (await rows()).at(-1)
    expect(after).toEqual({ ...before, rev: 3, text: 'zweite Fassung é', editedAt: changed?.at })
    expect(await head()).toEqual({
      rev: 3,
      seq: 2,
      bytes: 2 * Buffer.byteLength('zweite Fassung é') + Buffer.byteLength('first{"k":1}b'),
    })
  })

  it('[CHANGE-5] a deletion leaves id, seq, at and user; its bytes are given back, and its versions too', async () => {
    const { send, edit, remove, apply, rows, head, journal } = await openRoom()
    const replyTo = randomUUID()
    const a = await send('first', { replyTo, meta: '{"k":1}' })
    const [before] = await rows()
    await apply(edit(a, 'second'))
    expect(await journal()).toMatchObject([{ replaced: { text: 'first' } }])
    await apply(edit(a, 'third'))
    expect(await journal(), 'it is the text of the edit before').toMatchObject([{}, { replaced: {} }])
    const [deleted] = await apply(remove(a))
    expect(await rows()).toEqual([
      {
        ...{ id: a.id, seq: 1, rev: 4, at: before?.at, user: { id: 'ada', name: 'Ada' }, text: '' },
        deleted: { at: deleted?.at, by: 'author' },
      },
    ])
    expect(await head()).toEqual({ rev: 4, seq: 1, bytes: 0 })
    expect(await journal()).toEqual([
      { rev: 2, kind: 'message.edited', actor_id: 'ada', replaced: {} },
      { rev: 3, kind: 'message.edited', actor_id: 'ada', replaced: {} },
      { rev: 4, kind: 'message.deleted', actor_id: 'ada', replaced: {} },
    ])
  })

  it('[CHANGE-8] the one edit too many changes nothing, also in one run with those before it', async () => {
    const { send, edit, remove, outcomes, rows, head } = await openRoom()
    const [a, b] = [await send('a'), await send('b')]
    const edits = [1, 2, 3].map((n) => edit(a, `a${n}`, { conditions: { ...OWN, most: 2 } }))
    expect(await outcomes(...edits, edit(b, 'b1', { conditions: { ...OWN, most: 2 } }))).toEqual([
      'applied',
      'applied',
      'too_many',
      'applied',
    ])
    expect((await rows()).map(({ text }) => text)).toEqual(['a2', 'b1'])
    expect(await head()).toMatchObject({ rev: 5 })
    const byApp = { by: { kind: 'app' }, conditions: { who: 'anybody', most: 2 } } as const
    expect(await outcomes(edit(a, 'x', byApp)), 'the app as well').toEqual(['too_many'])
    expect(await outcomes(...edits.slice(0, 2), remove(a))).toEqual(['known', 'known', 'applied'])
  })

  it('[CHANGE-9] an edit to the same text by the app takes no rev and keeps no version; its retry gets the same', async () => {
    const { send, edit, remove, apply, outcomes, rows, head, journal, changes } = await openRoom()
    const a = await send('a')
    const before = await head()
    const same = edit(a, 'a', { by: { kind: 'app' }, conditions: { who: 'anybody', most: 0 } })
    expect(await apply(same, same)).toMatchObject([
      { outcome: 'unchanged', rev: 1 },
      { outcome: 'known', rev: 1 },
    ])
    expect([await head(), await journal()]).toEqual([before, []])
    expect((await rows())[0]).not.toHaveProperty('editedAt')
    expect(await outcomes(edit(a, 'b'), edit(a, 'b'), edit(a, 'a'))).toEqual([
      'applied',
      'unchanged',
      'applied',
    ])
    expect(await outcomes(same)).toEqual(['known'])
    expect(await changes.lookUp([toNewChange(same)])).toMatchObject([{ outcome: 'known', rev: 1 }])
    expect(await outcomes({ ...same, by: { kind: 'user', id: 'ada' } })).toEqual(['conflict'])
    expect(await outcomes(remove(a), same)).toEqual(['applied', 'known'])
  })

  it('[P3] a retry of a creation is known after an edit and after a deletion', async () => {
    const { send, edit, remove, apply, messages } = await openRoom()
    const a = await send('first')
    await apply(edit(a, 'second'))
    expect(await messages.append([a])).toMatchObject([{ outcome: 'known', seq: 1 }])
    await apply(remove(a))
    expect(await messages.append([a])).toMatchObject([{ outcome: 'known', seq: 1 }])
    expect(await messages.lookUp([a])).toMatchObject([{ outcome: 'known', seq: 1 }])
    expect(await messages.append([{ ...a, fingerprint: 'second' }])).toMatchObject([{ outcome: 'conflict' }])
  })

  it('[CHANGE-1] a change id is one rev for ever; with another author or body it is a conflict', async () => {
    const { send, edit, remove, apply, changes } = await openRoom()
    const a = await send('first')
    const change = edit(a, 'second')
    expect(await apply(change, change)).toMatchObject([
      { outcome: 'applied', rev: 2 },
      { outcome: 'known', rev: 2 },
    ])
    await apply(edit(a, 'third'))
    await apply(remove(a))
    expect(await apply(change), 'whatever became of the message').toMatchObject([
      { outcome: 'known', rev: 2 },
    ])
    const others = [
      { ...change, ...byGrace },
      edit(a, 'another text', { id: change.id }),
      remove(a, { id: change.id }),
    ]
    for (const other of others) {
      expect(await apply(other)).toMatchObject([{ outcome: 'conflict' }])
      expect(await changes.lookUp([toNewChange(other)])).toMatchObject([{ outcome: 'conflict' }])
    }
    expect(await changes.lookUp([toNewChange(change), toNewChange(edit(a, 'never asked for'))])).toEqual([
      { outcome: 'known', seq: 0, rev: 2, at: expect.any(Number) as number, author: null },
      undefined,
    ])
  })

  it('[CHANGE-1] the same change id in another room is another change', async () => {
    const [one, other] = [await openRoom(), await openRoom()]
    const change = one.edit(await one.send('a'), 'b')
    await one.apply(change)
    expect(await other.outcomes(other.edit(await other.send('a'), 'b', { id: change.id }))).toEqual([
      'applied',
    ])
  })

  it('[CHANGE-2] authors within the window, moderators delete any message at any time; nobody else anything', async () => {
    const { send, edit, remove, outcomes, head } = await openRoom()
    const a = await send('a')
    expect(
      await outcomes(
        edit(a, 'b', byGrace),
        remove(a, byGrace),
        edit(a, 'b', { ...byGrace, ...TOO_LATE }),
        edit(a, 'b', TOO_LATE),
        remove(a, TOO_LATE),
        edit(a, 'b', { by: { kind: 'app', id: 'ada' } }),
      ),
    ).toEqual(['forbidden', 'forbidden', 'forbidden', 'too_late', 'too_late', 'forbidden'])
    expect(await head(), 'what is refused takes no number').toMatchObject({ rev: 1 })
    expect(await outcomes(remove(a, { ...byGrace, ...ANYBODY }))).toEqual(['applied'])
  })

  it('[CHANGE-2] the window is measured by the clock of the database, from the commit on', async () => {
    const { room, send, edit, outcomes } = await openRoom()
    const a = await send('a')
    const age = (seconds: number) =>
      database.query(
        `update messages set created_at = clock_timestamp() - $2 * interval '1 second' where room_key = $1`,
        [room.key, seconds],
      )
    await age(50)
    expect(await outcomes(edit(a, 'b'))).toEqual(['applied'])
    await age(70)
    expect(await outcomes(edit(a, 'c'))).toEqual(['too_late'])
  })

  it('[CHANGE-1] a change that a hook made another of is known by what was sent', async () => {
    const { send, edit, outcomes } = await openRoom()
    const a = await send('a')
    const asked = edit(a, 'b')
    const replaced = (text: string) => ({ ...edit(a, text), id: asked.id, sent: asked.change })
    expect(await outcomes(replaced('*'))).toEqual(['applied'])
    expect(await outcomes(replaced('**'), asked)).toEqual(['known', 'known'])
    expect(await outcomes(edit(a, '*', { id: asked.id }))).toEqual(['conflict'])
  })

  it("an app's own server changes anybody's message at any time, and deletes as a moderator", async () => {
    const { send, edit, remove, outcomes, rows } = await openRoom()
    const a = await send('a')
    const byApp = { by: { kind: 'app' as const }, ...ANYBODY }
    expect(await outcomes(edit(a, 'b', byApp))).toEqual(['applied'])
    expect(await rows()).toMatchObject([{ text: 'b', user: { id: 'ada' } }])
    expect(await outcomes(remove(a, byApp))).toEqual(['applied'])
    expect(await rows()).toMatchObject([{ text: '', deleted: { by: 'moderator' } }])
  })

  it('[CHANGE-2] who deleted is in the row: the author, also one who may moderate, or a moderator', async () => {
    const { send, remove, apply, rows } = await openRoom()
    const [a, b, c] = [await send('a'), await send('b'), await send('c')]
    await apply(
      remove(a, ANYBODY),
      remove(b, { ...byGrace, ...ANYBODY }),
      remove(c, { by: { kind: 'app' }, ...ANYBODY }),
    )
    expect((await rows()).map(({ deleted }) => deleted?.by)).toEqual(['author', 'moderator', 'moderator'])
  })

  it('[CHANGE-3] a missing message is missing, a deleted one is deleted, for every caller', async () => {
    const { send, edit, remove, apply, outcomes, newMessage } = await openRoom()
    const elsewhere = await (await openRoom()).send('in another room')
    const a = await send('a')
    await apply(remove(a))
    expect(
      await outcomes(
        edit(newMessage('never sent'), 'x'),
        edit(elsewhere, 'x'),
        edit(a, 'x'),
        edit(a, 'x', byGrace),
        remove(a),
        remove(a, { ...byGrace, ...ANYBODY }),
      ),
    ).toEqual(['missing', 'missing', 'deleted', 'deleted', 'deleted', 'deleted'])
  })

  it('a room that is gone or was reset accepts no change; its neighbours do', async () => {
    const [one, other] = [await openRoom(), await openRoom()]
    const a = await one.send('a')
    const b = await other.send('b')
    const changes = [one.edit(a, 'a2', { epoch: 'another' }), one.edit(a, 'a3'), other.remove(b)]
    expect(await one.outcomes(...changes)).toEqual(['gone', 'applied', 'applied'])
    expect(await one.outcomes(one.edit(a, 'x', { roomKey: 9_000_000 }))).toEqual(['gone'])
  })

  it('[P2] several rooms in one call have dense revs each', async () => {
    const rooms = [await openRoom(), await openRoom()]
    const sent = [await rooms[0]!.send('a'), await rooms[1]!.send('b')]
    const changes = rooms.flatMap((room, index) => [1, 2, 3].map((n) => room.edit(sent[index]!, `${n}`)))
    const revs = (await rooms[0]!.apply(...changes)).map(({ rev }) => rev)
    expect(revs).toEqual([2, 3, 4, 2, 3, 4])
    for (const room of rooms) expect(await room.head()).toMatchObject({ rev: 4, seq: 1 })
  })

  it('[P3] a message from before the journal can be changed, and its first rev is kept', async () => {
    const { room, send, edit, apply } = await openRoom()
    const a = await send('a')
    await database.query('update messages set created_rev = null, position = null where room_key = $1', [
      room.key,
    ])
    await apply(edit(a, 'b'))
    expect(
      await database.query('select rev, created_rev from messages where room_key = $1', [room.key]),
    ).toEqual([{ rev: 2, created_rev: 1 }])
  })
})
