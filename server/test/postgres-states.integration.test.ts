/**
 * PostgreSQL in every state in which it refuses instead of answering, under connected clients: nobody is put out for good,
 * what waits commits once and in order, and the log has a line a change.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChatError, createChat, type Chat, type Message, type Room } from '@alcove/sdk'
import { createLogger } from '../src/process/logger.js'
import { startTcpProxy } from '@alcove/rehearse/tcp-proxy'
import { migrate } from '../src/storage/migrate.js'
import { openPostgres } from '../src/storage/postgres.js'
import { until } from './support/client.js'
import { createApp, GENEROUS, newRoomId, startTestNode } from './support/node.js'
import { CAN_OWN_POSTGRES, PASSWORD, startOwnPostgres, type OwnPostgres } from './support/own-postgres.js'

interface Names {
  database: string
  role: string
}

interface State {
  name: string
  enter: (names: Names) => string
  heal: (names: Names) => string
  /** Whether the statements go to the database itself. */
  isInside?: true
  /** What `/readyz` says. */
  reason: RegExp
}

const STATES: readonly State[] = [
  {
    name: 'the role’s password was changed',
    enter: ({ role }) => `alter role ${role} password 'another'`,
    heal: ({ role }) => `alter role ${role} password '${PASSWORD}'`,
    reason: /28P01: password refused/,
  },
  {
    name: 'the role may not log in',
    enter: ({ role }) => `alter role ${role} nologin`,
    heal: ({ role }) => `alter role ${role} login`,
    reason: /28000: access refused/,
  },
  {
    name: 'the database was renamed',
    enter: ({ database }) => `alter database ${database} rename to ${database}_old`,
    heal: ({ database }) => `alter database ${database}_old rename to ${database}`,
    reason: /3D000: no such database/,
  },
  {
    name: 'the database takes no connections',
    enter: ({ database }) => `alter database ${database} allow_connections false`,
    heal: ({ database }) => `alter database ${database} allow_connections true`,
    reason: /55000: it takes no connections/,
  },
  {
    name: 'the role may have no more connections',
    enter: ({ role }) => `alter role ${role} connection limit 0`,
    heal: ({ role }) => `alter role ${role} connection limit -1`,
    reason: /53300: too many connections/,
  },
  {
    name: 'the right to connect was taken back',
    enter: ({ database, role }) =>
      `alter database ${database} owner to postgres; revoke connect on database ${database} from public, ${role}`,
    heal: ({ database, role }) => `grant connect on database ${database} to ${role}`,
    reason: /42501: a right is missing/,
  },
  {
    name: 'the rights to the tables were taken back',
    enter: ({ role }) =>
      `alter table rooms owner to postgres; alter table messages owner to postgres; revoke all on rooms, messages from ${role}`,
    heal: ({ role }) => `grant all on rooms, messages to ${role}`,
    isInside: true,
    reason: /nothing can be stored; it answered 42501|not everything can be read; it answered 42501/,
  },
  {
    name: 'a restore has taken the tables away',
    enter: () => 'alter schema public rename to aside; create schema public',
    heal: () => 'drop schema public; alter schema aside rename to public',
    isInside: true,
    reason: /it answered (?:42P01|42883|42501)/,
  },
  {
    name: 'it is read-only',
    enter: ({ database }) => `alter database ${database} set default_transaction_read_only = on`,
    heal: ({ database }) => `alter database ${database} set default_transaction_read_only = off`,
    reason: /nothing can be stored; it is read-only/,
  },
]

/** In the first state many meet it at once: the log must not have a line for each. */
const writersIn = (state: State): number => (state === STATES[0] ? 20 : 4)

interface Outcome {
  /** What `/readyz` answered in the state and after it. */
  readiness: string[]
  /** The status of everybody once it is well again, the cut off ones and the newcomer included. */
  statuses: string[]
  /** How the newcomer's first join went, in the state. */
  firstJoin: unknown
  acked: (readonly [Message, Message])[]
  stored: string[]
  shown: string[]
  states: Set<string>
  lines: { level: string; msg: string }[]
}

/** All at the same time, each with a role, a database and a node of its own: they mostly wait. */
async function live(state: State, server: OwnPostgres, closers: (() => unknown)[]): Promise<Outcome> {
  const suffix = randomUUID().slice(0, 8)
  const names = { database: `d_${suffix}`, role: `r_${suffix}` }
  const database = openPostgres(await server.createDatabase(names.database, names.role))
  closers.push(() => database.close())
  await migrate(database)
  const lines: Outcome['lines'] = []
  const log = createLogger('info', {
    write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[0]),
  })
  const node = await startTestNode(database, { log, headCheckEveryMs: 500 })
  closers.push(() => node.close())
  const proxy = await startTcpProxy({ target: () => ({ host: '127.0.0.1', port: node.port }) })
  closers.push(() => proxy.close())
  const app = await createApp(database, { limits: GENEROUS })
  const open = (name: string): Chat => {
    const url = `http://127.0.0.1:${proxy.port}`
    const chat = createChat({ server: url, app: app.id, user: { name }, storage: null })
    closers.push(() => chat.close())
    return chat
  }
  const readiness: string[] = []
  const look = async () => {
    const answer = await fetch(`${node.url}/readyz`)
    const line = `${answer.status} ${await answer.text()}`
    if (readiness.at(-1) !== line) readiness.push(line)
    return line
  }

  const room = newRoomId()
  const chats = Array.from({ length: writersIn(state) }, (_, i) => open(`Writer ${i}`))
  const rooms = await Promise.all(chats.map((chat) => chat.join(room)))
  const [ada] = rooms as [Room]
  await ada.send('before')

  const change = async (sql: string) => {
    for (const statement of sql.split('; '))
      await server.administer(statement, state.isInside ? names.database : undefined)
  }
  const endBackends = () =>
    server.administer(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${names.role}'`,
    )
  // A database that is in use is not renamed.
  await until(async () => {
    await endBackends()
    await change(state.enter(names))
  })
  await endBackends()

  const sending = rooms.map((each, i) =>
    Promise.all([each.send(`${i} first`), each.send(`${i} second`)] as const),
  )
  const settled = Promise.allSettled(sending)
  await until(() => expect(ada.messages.map(({ error }) => error?.code)).toContain('unavailable'))
  await until(async () => expect(await look()).toMatch(state.reason))
  // Known settings let everybody in, although nothing can be read.
  proxy.kick()
  const newcomer = open('Newcomer')
  await newcomer.connect()
  await Promise.all(chats.map((chat) => until(() => expect(chat.status).toBe('online'))))
  const firstJoin = await Promise.race([
    newcomer.join(newRoomId()).catch((error: unknown) => error),
    setTimeout(3_000, 'waits'),
  ])

  await change(state.heal(names))
  const acked = await Promise.all(sending)
  await settled
  await until(async () => void (await newcomer.join(room)))
  const stored = await database.query<{ text: string }>('select text from messages order by seq')
  await until(() => expect(ada.messages).toHaveLength(stored.length))
  await until(async () => expect(await look()).toMatch(/^200/))
  await until(() => expect(lines.at(-1)?.msg).toBe('database is back'))
  return {
    readiness,
    statuses: [...chats, newcomer].map((chat) => chat.status),
    firstJoin,
    acked,
    stored: stored.map(({ text }) => text),
    shown: ada.messages.map(({ text }) => text),
    states: new Set(rooms.flatMap((each) => each.messages.map((message) => message.state))),
    lines,
  }
}

describe.skipIf(!CAN_OWN_POSTGRES)('PostgreSQL refuses', () => {
  let server: OwnPostgres
  const closers: (() => unknown)[] = []
  const outcomes = new Map<State, Promise<Outcome>>()
  beforeAll(async () => {
    server = await startOwnPostgres()
    for (const state of STATES) {
      const outcome = live(state, server, closers)
      outcome.catch(() => {})
      outcomes.set(state, outcome)
    }
  })
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
    await server.close()
  })

  it.each(STATES)(
    '[P1 P3 ERROR-4] $name: everybody stays or comes back, sends wait and commit once in order, and the log says it once',
    async (state) => {
      const outcome = (await outcomes.get(state)) as Outcome
      expect(outcome.statuses).toEqual(Array.from({ length: writersIn(state) + 1 }, () => 'online'))
      if (outcome.firstJoin instanceof ChatError)
        expect(outcome.firstJoin).toMatchObject({ code: 'unavailable', retryable: true })
      for (const [first, second] of outcome.acked) expect(first.seq).toBeLessThan(second.seq ?? 0)
      expect(outcome.stored).toHaveLength(1 + 2 * writersIn(state))
      expect(new Set(outcome.stored).size).toBe(outcome.stored.length)
      expect(outcome.shown).toEqual(outcome.stored)
      expect([...outcome.states]).toEqual(['sent'])
      expect(outcome.readiness.join()).not.toContain('r_')
      expect(new Set(outcome.lines.map(({ msg }) => msg))).toEqual(
        new Set(['database is away', 'database is back']),
      )
      expect(outcome.lines.length).toBeLessThanOrEqual(6)
    },
  )
})
