import { beforeEach, expect, test } from 'vitest'
import { createBalance, type Balance } from './balance.js'
import { newSessionId, workerOfRequest } from './session-id.js'

const HANDSHAKE = 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1'
const PAGE = 'GET /embed.js HTTP/1.1'
const clock = { ms: 0 }
let balance: Balance

beforeEach(() => {
  clock.ms = 1_000
  balance = createBalance(() => clock.ms)
  for (const worker of [1, 2, 3, 4]) balance.ready(worker)
})

function spread(requestLine: string, times: number): number[] {
  const counts = new Map<number, number>()
  for (let i = 0; i < times; i += 1) {
    const worker = balance.choose(requestLine) ?? 0
    counts.set(worker, (counts.get(worker) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => a - b).map(([, count]) => count)
}

test('a storm is spread evenly although no handshake has been reported yet', () => {
  expect(spread(HANDSHAKE, 500)).toEqual([125, 125, 125, 125])
})

test('pages and handshakes in turn do not drive all handshakes to the same worker', () => {
  const workers = Array.from({ length: 40 }, () => {
    balance.choose(PAGE)
    return balance.choose(HANDSHAKE)
  })
  for (const worker of [1, 2, 3, 4]) expect(workers.filter((one) => one === worker)).toHaveLength(10)
})

test('new sessions go where the fewest are, everything else goes round', () => {
  for (let i = 0; i < 10; i += 1) for (const worker of [1, 2, 3]) balance.opened(worker)
  expect(spread(HANDSHAKE, 10)).toEqual([10])
  expect(spread(PAGE, 40)).toEqual([10, 10, 10, 10])
})

test('a new worker does not get a whole herd at once', () => {
  for (let i = 0; i < 5_000; i += 1) for (const worker of [1, 2, 3]) balance.opened(worker)
  const [most = 0] = spread(HANDSHAKE, 1_000).toSorted((a, b) => b - a)
  expect(most).toBe(250)
})

test('handshakes that come to nothing are forgotten', () => {
  spread(HANDSHAKE, 3)
  const [fourth] = [balance.choose(HANDSHAKE)]
  clock.ms += 9_000
  for (const worker of [1, 2, 3, 4]) balance.alive(worker)
  balance.opened(fourth ?? 0)
  clock.ms += 2_000
  for (const worker of [1, 2, 3, 4]) balance.alive(worker)
  expect(spread(HANDSHAKE, 3), 'the others have none').toEqual([1, 1, 1])
})

test("a session's requests go to its worker, also while that one drains", () => {
  const request = `POST /socket.io/?EIO=4&transport=polling&sid=${newSessionId(3)} HTTP/1.1`
  expect(spread(request, 5)).toEqual([5])
  expect(balance.choose(request)).toBe(3)
  balance.draining(3)
  expect(balance.choose(request)).toBe(3)
  balance.gone(3)
  expect(balance.choose(request), 'somebody has to say that it is unknown').not.toBe(3)
})

test('who drains gets nobody new, unless nobody else is there to answer', () => {
  for (const worker of [1, 2, 3]) balance.draining(worker)
  expect(spread(HANDSHAKE, 5)).toEqual([5])
  balance.draining(4)
  expect(balance.choose(HANDSHAKE)).toBeDefined()
  for (const worker of [1, 2, 3, 4]) balance.gone(worker)
  expect(balance.choose(HANDSHAKE)).toBeUndefined()
  expect(balance.choose(PAGE)).toBeUndefined()
})

test('a worker that fell silent is passed over while another is well', () => {
  clock.ms += 3_500
  for (const worker of [2, 3, 4]) balance.alive(worker)
  expect(spread(HANDSHAKE, 30)).toEqual([10, 10, 10])
  clock.ms += 3_500
  expect(spread(PAGE, 40), 'all silent: rather one of them than nobody').toHaveLength(4)
  balance.alive(1)
  expect(balance.choose(HANDSHAKE)).toBe(1)
})

test('session ids name their worker, are 20 characters and never the same', () => {
  for (const worker of [1, 35, 36, 1_679_615]) {
    const sid = newSessionId(worker)
    expect(sid).toMatch(/^[\w-]{20}$/)
    expect(workerOfRequest(`GET /socket.io/?EIO=4&sid=${sid}&t=x HTTP/1.1`)).toBe(worker)
  }
  expect(new Set(Array.from({ length: 1_000 }, () => newSessionId(1))).size).toBe(1_000)
})

test.each([
  'GET /socket.io/?EIO=4&transport=polling HTTP/1.1',
  'GET /socket.io/?EIO=4&sid= HTTP/1.1',
  'GET /socket.io/?EIO=4&sid=short HTTP/1.1',
  'GET /socket.io/?EIO=4&foosid=0001aaaaaaaaaaaaaaaa HTTP/1.1',
  'GET /socket.io/?EIO=4&sid=__proto__aaaaaaaaaaa HTTP/1.1',
  'GET /socket.io/?EIO=4&sid=0001aaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1',
  '',
  '\u0000\u0001',
])('no worker is read from %j', (requestLine) => {
  expect(workerOfRequest(requestLine)).toBeUndefined()
})
