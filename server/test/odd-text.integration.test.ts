/** Odd text, sent, delivered, stored and read again: the same on both engines, character by character. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeOf, connectClient, refusedHandshake, until } from './support/client.js'
import { ENGINES } from './support/database.js'
import { createApp, GENEROUS, newRoomId, worldFor } from './support/node.js'

/** What is sent, and where it is not the same, what everybody gets. */
const TEXTS: [what: string, sent: string, got?: string][] = [
  ['U+FEFF first', '\ufeffhello', 'hello'],
  ['U+FEFF first, twice', '\ufeff\ufeffhello', 'hello'],
  ['U+FEFF after a NUL', '\0\ufeffhello', 'hello'],
  ['U+FEFF in the middle and at the end', 'a\ufeffb\ufeff'],
  ['U+FFFE first', '\ufffeabc\uffff'],
  ['NUL', 'a\0b', 'ab'],
  ['a lone high surrogate', 'a\ud800', 'a\ufffd'],
  ['a lone low surrogate first', '\udc00a', '\ufffda'],
  ['surrogates the wrong way round', '\udc00\ud800', '\ufffd\ufffd'],
  ['NFD', 'e\u0301', 'é'],
  ['NFC', 'é'],
  ['what NFC takes apart', '\u0958', '\u0915\u093c'],
  ['compatibility forms, which stay', 'ﬁ ① Ａ 𝒜'],
  ['line and paragraph separators', 'a\u2028b\u2029c\u0085d'],
  ['every line end', 'a\r\nb\rc\nd\n'],
  ['spaces around it', ' \t a \u00a0 '],
  ['controls', 'a\u0001\u0008\u001b\u007f\u009fb'],
  ['outside the basic plane', '𝒳😀\u{10fffd}\u{1fffe}'],
  ['overrides of direction', '\u202eabc\u202c \u2067x\u2069'],
  ['joiners and selectors', '👩‍👩‍👧 ❤️ می\u200cخواهم'],
  ['a long run of marks', `a${'\u0300\u0323'.repeat(900)}`],
  ['quotes, backslashes and formats', String.raw`'";-- \ \0 \x00 \u0000 %s $1 {} \N`],
  ['what looks like a value', 'null'],
  ['private use', '\ue000\u{f0000}'],
]

/** Small enough for the limit of `meta`, and as odd. */
const metaOf = (text: string) => ({ text: text.slice(0, 100), [text.slice(0, 100)]: 1 })

describe.each(ENGINES)('on %s', (engine) => {
  const world = worldFor(engine)

  it('is the same in the ack, live, in a snapshot, in history and for a retry', async () => {
    const app = await createApp(world.database, { limits: GENEROUS })
    const room = newRoomId()
    const reader = await connectClient(world.node.url, app)
    await reader.must('room:join', { room })
    const writer = await connectClient(world.node.url, app)
    await writer.must('room:join', { room })
    const acked: string[] = []
    const ids = TEXTS.map(() => randomUUID())
    for (const [index, [, text]] of TEXTS.entries()) {
      const { message } = await writer.must('message:send', {
        room,
        id: ids[index]!,
        text,
        meta: metaOf(text),
      })
      acked.push(message.text)
    }
    const expected = TEXTS.map(([, sent, got = sent]) => got)
    expect(acked).toEqual(expected)
    await until(() => expect(reader.received()).toHaveLength(TEXTS.length))
    expect(reader.received().map(({ text }) => text)).toEqual(expected)

    const late = await connectClient(world.node.url, app)
    const { log } = await late.must('room:join', { room })
    expect(log.messages.map(({ text }) => text)).toEqual(expected.slice(-log.messages.length))
    const history = await late.must('room:history', { room, before: TEXTS.length + 1, limit: 100 })
    expect(history.messages.map(({ text }) => text)).toEqual(expected)
    const metas = reader.received().map(({ meta }) => meta)
    expect(history.messages.map(({ meta }) => meta)).toEqual(metas)
    expect(metas).toEqual(TEXTS.map(([, sent]) => metaOf(sent)))

    // A retry is known by what it was sent as.
    for (const [index, [, text]] of TEXTS.entries()) {
      const { message } = await writer.must('message:send', {
        room,
        id: ids[index]!,
        text,
        meta: metaOf(text),
      })
      expect(message).toMatchObject({ seq: index + 1, text: expected[index] })
    }
  })

  it('is the same in names and ids of authors, live and stored; an id that cannot be is refused', async () => {
    const app = await createApp(world.database, { limits: GENEROUS })
    const room = newRoomId()
    const reader = await connectClient(world.node.url, app)
    await reader.must('room:join', { room })
    const subs = ['ada', 'é', 'e\u0301', '🦊', `'";--`, 'null', 'x'.repeat(128)]
    for (const sub of subs) {
      const token = await app.token(sub, { name: `\ufeff${sub}\u0000` })
      const writer = await connectClient(world.node.url, app, { token })
      expect(writer.session.me.id).toBe(sub)
      await writer.must('room:join', { room })
      await writer.must('message:send', { room, id: randomUUID(), text: 'hi' })
      writer.close()
    }
    await until(() => expect(reader.received()).toHaveLength(subs.length))
    const live = reader.received().map(({ user }) => user)
    expect(live.map(({ id }) => id)).toEqual(subs)
    const { messages } = await reader.must('room:history', { room, before: subs.length + 1, limit: 100 })
    expect(messages.map(({ user }) => user)).toEqual(live)

    for (const sub of ['\ufeffada', 'ada\ufeff', 'ad\u200ba', 'ada\0', '\ud800', 'ada ', 'ada\u3164'])
      expect((await refusedHandshake(world.node.url, app, { token: await app.token(sub) })).code).toBe(
        'token_invalid',
      )
  })

  it('is no room id', async () => {
    const client = await connectClient(world.node.url, await createApp(world.database))
    for (const room of ['\ufefflobby', 'lobby\ufeff', 'lob\u200bby', 'lobby\0', 'ｌobby', 'lоbby', 'lobby\n'])
      expect(codeOf(await client.ask('room:join', { room }))).toBe('invalid_request')
  })
})
