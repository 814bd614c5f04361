import { expect, it } from 'vitest'
import { MessageWindow } from './message-window.js'
import type { MessagePatch, MessageRow } from '../protocol/index.js'

const row = (seq: number, rev = seq, text = `m${seq}`): MessageRow => ({
  id: `id-${seq}`,
  seq,
  rev,
  at: seq,
  user: { id: 'ada', name: 'Ada' },
  text,
})
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i))
const windowOf = (from: number, to: number) => MessageWindow.EMPTY.put(rows(from, to))
const texts = (window: MessageWindow) => window.toArray().map(({ text }) => text)

it('is a value: what is put into one is not seen in another', () => {
  const both = windowOf(1, 2)
  const one = both.put([row(3, 3, 'one')])
  const other = both.put([row(3, 3, 'other'), row(4)])
  const edited = one.put([row(1, 5, 'edited')])
  expect(texts(both)).toEqual(['m1', 'm2'])
  expect(texts(one)).toEqual(['m1', 'm2', 'one'])
  expect(texts(other)).toEqual(['m1', 'm2', 'other', 'm4'])
  expect(texts(edited)).toEqual(['edited', 'm2', 'one'])
  expect(both.lastSeq).toBe(2)
  expect(both.after(0)).toHaveLength(2)
  expect(MessageWindow.EMPTY.length).toBe(0)
})

it('lets the oldest go and goes on growing, also behind a window that others have grown', () => {
  let window = windowOf(1, 10)
  for (let seq = 11; seq <= 100; seq++) {
    const before = window
    window = window.put([row(seq)]).newest(10)
    expect(window.toArray().map((message) => message.seq)).toEqual(rows(seq - 9, seq).map(({ seq }) => seq))
    expect(before.lastSeq).toBe(seq - 1)
    expect(before.newest(3).firstSeq).toBe(seq - 3)
  }
  expect(window.firstSeq).toBe(91)
  expect(window.after(98).map(({ seq }) => seq)).toEqual([99, 100])
  expect(window.after(200)).toEqual([])
})

it('has what lies in it, and nothing of what was let go or others have added', () => {
  const whole = windowOf(1, 10)
  const grown = whole.put([row(11)]).newest(9)
  expect(grown.get(3)?.text).toBe('m3')
  expect([2, 12].map((seq) => grown.get(seq))).toEqual([undefined, undefined])
  expect(whole.get(11)).toBeUndefined()
  expect(whole.newest(9).lastSeq).toBe(10)
  expect(MessageWindow.EMPTY.get(0)).toBeUndefined()
})

it('where nothing is put in or let go, it is the same one', () => {
  const window = windowOf(1, 3)
  expect(window.put([])).toBe(window)
  expect(window.newest(3)).toBe(window)
  expect(window.newest(5)).toBe(window)
})

it('[P3] the older version of a message changes nothing, and neither does the same again', () => {
  const window = windowOf(1, 3)
  const again = window.put([row(2, 1, 'older'), row(3)])
  expect(again.toArray().every((message, index) => message === window.toArray()[index])).toBe(true)
})

it('[P4] a patch of a message that is not there adds none', () => {
  const patch = (seq: number): MessagePatch => ({ id: `id-${seq}`, seq, rev: 9, text: 'edited' })
  expect(texts(windowOf(2, 3).put([patch(1), patch(3), patch(4)]))).toEqual(['m2', 'edited'])
  expect(MessageWindow.EMPTY.put([patch(1)]).length).toBe(0)
})

it('[P4] after a hole, of one message as of many, it starts over', () => {
  expect(texts(windowOf(1, 2).put([row(4)]))).toEqual(['m4'])
  expect(texts(windowOf(1, 2).put(rows(9, 10)))).toEqual(['m9', 'm10'])
})

/** An array that counts the messages read from it and written to it; what is sliced off it counts too. */
function counting(tally: { touched: number }): MessageRow[] {
  const count = (key: string | symbol) => {
    if (typeof key === 'string' && /^\d/.test(key)) tally.touched += 1
  }
  function Slice() {
    return counting(tally)
  }
  return new Proxy<MessageRow[]>([], {
    get(target, key) {
      count(key)
      return key === 'constructor' ? { [Symbol.species]: Slice } : Reflect.get(target, key)
    },
    defineProperty(target, key, value) {
      count(key)
      return Reflect.defineProperty(target, key, value)
    },
  })
}

/** As `EMPTY` is made, but on that array. */
const windowOn = (shared: MessageRow[]): MessageWindow => Reflect.construct(MessageWindow, [shared])

it.each([100, 1_000])('a commit costs what it brings, however much is kept: %i messages', (kept) => {
  const tally = { touched: 0 }
  const shared = counting(tally)
  for (const message of rows(1, kept)) shared.push(message)
  let window = windowOn(shared)
  tally.touched = 0
  const commits = 2 * kept
  for (let seq = kept + 1; seq <= kept + commits; seq += 1) window = window.put([row(seq)]).newest(kept)
  expect([window.firstSeq, window.lastSeq]).toEqual([commits + 1, commits + kept])
  // With a copy per commit it is twice what is kept.
  expect(tally.touched / commits).toBeLessThan(10)
  expect(shared.length, 'what was let go is let go of').toBeLessThanOrEqual(1.5 * kept + 1)
  tally.touched = 0
  window.put([row(1, 10 * commits)])
  expect(tally.touched, 'a change to what is not there any more').toBeLessThan(10)
  tally.touched = 0
  window.put([row(window.lastSeq + 1)])
  expect(tally.touched, 'the window is still one that counts').toBeGreaterThan(0)
})

it('nothing is held by the empty one, which stays for ever', () => {
  const shared: MessageRow[] = []
  expect(windowOn(shared).put(rows(1, 3))).toHaveLength(3)
  expect(shared).toHaveLength(0)
})
