import { expect, test, vi } from 'vitest'
import { createLogger } from '../process/logger.js'
import { watchAvailability } from './availability.js'
import type { Database } from './database.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'

type Stage = 'connection' | 'statement'
const away = (code: string, stage: Stage = 'connection') =>
  new StorageUnavailable(Object.assign(new Error(`words of ${code}`), { code }), stage)

const READ = 'select 1'
const WRITE = 'select * from alcove_append($1)'

function setUp() {
  const lines: Record<string, unknown>[] = []
  const log = createLogger('info', {
    write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[0]),
  })
  let answer: (sql: string) => Promise<unknown[]> = () => Promise.resolve([])
  let time = 0
  const engine: Database = {
    engine: 'postgres',
    query: <Row>(sql: string) => answer(sql) as Promise<Row[]>,
    script: async (sql) => void (await answer(sql)),
    close: () => Promise.resolve(),
  }
  const { database, availability } = watchAvailability(engine, log, () => time)
  return {
    lines,
    availability,
    pass: (ms: number) => (time += ms),
    answers: (next: typeof answer) => (answer = next),
    ask: (sql = READ) => database.query(sql).catch((error: unknown) => error),
  }
}
const failWith = (error: Error) => () => Promise.reject(error)
const succeed = () => Promise.resolve([])

test('a state is logged when it changes, both ways, with its cause, and not once per victim', async () => {
  const { lines, availability, pass, answers, ask } = setUp()
  answers(failWith(away('28P01')))
  for (let i = 0; i < 100; i++) await ask()
  expect(lines).toMatchObject([
    { level: 'warn', msg: 'database is away', code: '28P01', reason: 'words of 28P01' },
  ])
  expect(availability.problem).toBe('it answered 28P01: password refused')
  pass(5_000)
  answers(succeed)
  await ask()
  expect(lines.slice(1)).toMatchObject([
    { level: 'info', msg: 'database is back', awayMs: 5_000, failures: 100 },
  ])
  expect(availability.problem).toBeUndefined()
})

test('another cause in the same outage is said too, up to a few', async () => {
  const { lines, answers, ask } = setUp()
  for (const code of ['57P01', 'ECONNREFUSED', '57P03', 'ECONNREFUSED', '57P01']) {
    answers(failWith(away(code)))
    await ask()
  }
  expect(lines.map(({ code }) => code)).toEqual(['57P01', 'ECONNREFUSED', '57P03'])
  for (let i = 0; i < 100; i++) {
    answers(failWith(away(`E${i}`)))
    await ask()
  }
  expect(lines).toHaveLength(5)
})

test('successes among failures are no return, one by one', async () => {
  const { lines, pass, answers, ask } = setUp()
  for (let i = 0; i < 200; i++) {
    answers(i % 2 === 0 ? failWith(away('53300')) : succeed)
    await ask()
    pass(100)
  }
  expect(lines).toHaveLength(1)
  pass(1_000)
  await ask()
  expect(lines).toHaveLength(2)
})

test('what can be read does not show that anything can be stored', async () => {
  const { lines, availability, pass, answers, ask } = setUp()
  answers((sql) => (sql === WRITE ? Promise.reject(away('25006', 'statement')) : succeed()))
  for (let i = 0; i < 20; i++) {
    await ask(WRITE)
    await ask(READ)
    pass(1_500)
  }
  expect(lines).toHaveLength(1)
  expect(availability.problem).toBe('nothing can be stored; it answered 25006: it is read-only')
  answers(succeed)
  await ask(WRITE)
  expect(lines).toHaveLength(2)
  expect(availability.problem).toBeUndefined()
})

test('what failed for the same reason is well again with the first of them', async () => {
  const { availability, pass, answers, ask } = setUp()
  answers(failWith(away('42501', 'statement')))
  await ask('insert into rooms')
  await ask(WRITE)
  pass(1_500)
  answers(succeed)
  await ask(READ)
  expect(availability.problem).toBe('nothing can be stored; it answered 42501: a right is missing')
  await ask(WRITE)
  expect(availability.problem).toBeUndefined()
})

test('a deadlock or one slow statement is no state; the same again and again is', async () => {
  const { lines, availability, answers, ask } = setUp()
  answers(failWith(away('57014', 'statement')))
  await ask()
  expect([lines.length, availability.problem]).toEqual([0, undefined])
  await ask()
  expect(lines).toMatchObject([{ msg: 'database is away', code: '57014' }])
})

test('what nobody has tried for a while is not known to fail any more', async () => {
  const { availability, pass, answers, ask } = setUp()
  answers(failWith(away('53100', 'statement')))
  await ask(WRITE)
  expect(availability.problem).toBe('nothing can be stored; it answered 53100: disk full')
  pass(60_001)
  expect(availability.problem).toBeUndefined()
})

test('an answer to a statement of before the outage is no return', async () => {
  const { availability, pass, answers, ask } = setUp()
  let release = (): void => {}
  answers(() => new Promise((resolve) => (release = () => resolve([]))))
  const early = ask('select early')
  pass(10)
  answers(failWith(away('ECONNREFUSED')))
  await ask()
  release()
  await early
  expect(availability.problem).toBe('no connection (ECONNREFUSED)')
})

test('data that is refused says that the database is there', async () => {
  const { availability, pass, answers, ask } = setUp()
  answers(failWith(away('ECONNREFUSED')))
  await ask()
  pass(2_000)
  answers(failWith(new StorageRefused(new Error())))
  await ask()
  expect(availability.problem).toBeUndefined()
})

test('each failure is passed on as it is', async () => {
  const { answers, ask } = setUp()
  const error = away('28P01')
  const warn = vi.fn()
  answers(failWith(error))
  await ask().then(warn)
  expect(warn).toHaveBeenCalledWith(error)
})
