import { expect, onTestFinished, test, vi } from 'vitest'
import { bubbles, eventually, find, findAll, openRoom, settled, shownText } from './stage.js'

const MARKUP = '<img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script><b>bold</b>'

test('markup in messages, names, room ids and headings is text', async () => {
  const { element } = await openRoom({
    set: { heading: MARKUP },
    before: (server, room) => server.sayAs({ id: '"><script>', name: MARKUP }, MARKUP, room),
  })
  expect(bubbles(element)).toEqual([MARKUP])
  expect(find(element, '.meta .name').textContent).toBe(MARKUP)
  expect(find(element, 'h2').textContent).toBe(MARKUP)
  expect(findAll(element, '.frame img, .frame script, .frame b')).toEqual([])
  expect(window).not.toHaveProperty('hacked')
})

test('only http, https and mailto become links, and none of them can reach back', async () => {
  const { element } = await openRoom({
    before: (server, room) =>
      server.sayAs(
        'Eve',
        'javascript:alert(1) data:text/html,x vbscript:x file:///etc https://user:pw@bank.example https://ok.example/a mailto:a@b.example',
        room,
      ),
  })
  const links = findAll(element, '.bubble a') as HTMLAnchorElement[]
  expect(links.map(({ href }) => href)).toEqual(['https://ok.example/a', 'mailto:a@b.example'])
  for (const link of links) {
    expect(link.rel).toBe('noopener noreferrer nofollow ugc')
    expect(link.target).toBe('_blank')
  }
})

test('a link reads as the address it opens, whatever direction the text around it is forced into', async () => {
  const { element } = await openRoom({
    before: (server, room) => server.sayAs('Eve', '\u202ehttps://evil.example/moc.knab//:sptth', room),
  })
  const link = find<HTMLAnchorElement>(element, '.bubble a')
  expect(link.textContent).toBe(link.href)
  const { direction, unicodeBidi } = getComputedStyle(link)
  expect({ direction, unicodeBidi }).toEqual({ direction: 'ltr', unicodeBidi: 'isolate' })
})

test('avatars are only loaded from http addresses and reveal nothing to their server', async () => {
  const { element } = await openRoom({
    before: (server, room) => {
      server.sayAs({ id: 'a', name: 'A', avatar: 'javascript:alert(1)' }, 'one', room)
      server.sayAs({ id: 'b', name: 'B', avatar: 'https://pictures.invalid/b.png' }, 'two', room)
    },
  })
  const [picture, ...others] = findAll(element, '.message img') as HTMLImageElement[]
  expect(others).toEqual([])
  expect(picture!.src).toBe('https://pictures.invalid/b.png')
  expect(picture!.referrerPolicy).toBe('no-referrer')
})

test('long words wrap inside the bubble', async () => {
  const { element } = await openRoom({
    before: (server, room) => server.sayAs('x'.repeat(300), 'W'.repeat(3_000), room),
  })
  const scroller = find(element, '.scroller')
  expect(scroller.scrollWidth).toBe(scroller.clientWidth)
  expect(find(element, '.frame').scrollWidth).toBeLessThanOrEqual(400)
})

test('a style attribute is never written: a strict policy would refuse it', async () => {
  const { element } = await openRoom({ before: (server, room) => server.sayAs('Grace', 'hi', room) })
  const written: string[] = []
  const { setAttribute } = Element.prototype
  Element.prototype.setAttribute = function (name, value) {
    if (name === 'style') written.push(value)
    setAttribute.call(this, name, value)
  }
  find(element, '.people').click()
  await eventually(() => find(element, '.panel'))
  await element.send('mine')
  await element.updateComplete
  Element.prototype.setAttribute = setAttribute
  expect(written).toEqual([])
  expect(shownText(element)).toContain('mine')
})

test('a picture covers the initial, and leaves it where it does not load', async () => {
  const picture = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg"/>')}`
  const { element } = await openRoom({
    before: (server, room) => {
      server.sayAs({ id: 'b', name: 'Bob', avatar: 'https://pictures.invalid/b.png' }, 'two', room)
    },
  })
  const image = find<HTMLImageElement>(element, '.message img')
  const circle = find(element, '.message .avatar')
  await eventually(() => expect(getComputedStyle(image).visibility).toBe('hidden'))
  expect(circle.innerText).toBe('B')
  image.src = picture
  await eventually(() => expect(getComputedStyle(image).visibility).toBe('visible'))
  expect(image.getBoundingClientRect()).toEqual(circle.getBoundingClientRect())
})

test('a message is read once, however often the list is drawn', async () => {
  const canParse = vi.spyOn(URL, 'canParse')
  const { element, server, roomId } = await openRoom({
    before: (server, room) => {
      for (let i = 0; i < 20; i += 1) server.sayAs('Eve', `https://a.example/${')'.repeat(3_900)}`, room)
    },
  })
  const before = canParse.mock.calls.length
  for (const word of ['one', 'two', 'three']) {
    server.sayAs('Grace', word, roomId)
    await eventually(() => expect(bubbles(element).at(-1)).toBe(word))
  }
  expect(canParse.mock.calls.length).toBe(before)
})

test.each([
  ['line breaks', 'x\n'.repeat(1_999)],
  ['letters', 'W'.repeat(4_000)],
  ['marks above each other', `a${'\u0310'.repeat(3_999)}`],
  ['links', 'https://a.example/ '.repeat(200)],
  ['emoji', '😀'.repeat(1_900)],
  ['scripts that stack', '\u0e49'.repeat(3_000)],
])('a message of %s leaves room for others, however small the list is', async (_, text) => {
  const { element } = await openRoom({
    before: (server, room) => {
      server.sayAs('Grace', 'before', room)
      server.sayAs('Eve', text, room)
    },
  })
  for (const [inlineSize, blockSize] of [
    ['400px', '480px'],
    ['240px', '240px'],
    ['900px', '700px'],
  ] as const) {
    Object.assign(element.style, { inlineSize, blockSize })
    await settled(element)
    const bubble = findAll(element, '.bubble').at(-1)!
    expect(bubble.clientHeight).toBeLessThan(find(element, '.scroller').clientHeight)
  }
})

test('a long message is shown whole when the reader asks for it, and stays where it began', async () => {
  const text = Array.from({ length: 60 }, (_, i) => `line ${i}`).join('\n')
  const { element } = await openRoom({
    before: (server, room) => {
      server.fillRoom(room, { count: 20 })
      server.sayAs('Eve', text, room)
    },
  })
  await settled(element)
  const row = findAll(element, '.message').at(-1)!
  const top = row.getBoundingClientRect().top
  const folded = row.clientHeight
  row.querySelector<HTMLElement>('.more')!.click()
  await settled(element)
  expect(row.querySelector('.more, [data-cut]')).toBeNull()
  expect(row.clientHeight).toBeGreaterThan(2 * folded)
  expect(Math.abs(row.getBoundingClientRect().top - top)).toBeLessThan(2)
})

test.each([
  ['English', 'The quick brown fox jumps over the lazy dog, and then it goes home. '],
  ['narrow letters', 'il '],
  ['wide letters', 'W'],
  ['Chinese', '中文字'],
  ['Thai', 'ก็ที่ปู่'],
  ['Arabic', 'ليلى تكتب '],
  ['a character as wide as a line', '\ufdfd'],
  ['emoji', '😀'],
  ['links', 'https://a.example/b '],
  ['line breaks', 'x\n'],
])('of texts of any length in %s, those that are cut off say so and no others do', async (_, part) => {
  const texts = [1, 2, 12, 80, 200, 503, 3_900].map((size) =>
    part
      .repeat(Math.ceil(size / part.length))
      .slice(0, size)
      .trim(),
  )
  const { element } = await openRoom({
    before: (server, room) => {
      for (const text of texts) server.sayAs('Eve', text, room)
    },
  })
  for (const [inlineSize, blockSize] of [
    ['900px', '700px'],
    ['320px', '480px'],
    ['240px', '240px'],
  ] as const) {
    Object.assign(element.style, { inlineSize, blockSize })
    await settled(element)
    const view = find(element, '.scroller').clientHeight
    const rows = findAll(element, '.bubble').map((bubble) => {
      const text = bubble.querySelector('.text')!
      const seen = Math.min(
        text.parentElement!.getBoundingClientRect().bottom,
        bubble.getBoundingClientRect().bottom,
      )
      return {
        isCut: text.getBoundingClientRect().bottom > seen + 1.5,
        fades: getComputedStyle(text.parentElement!).maskImage !== 'none',
        offersMore: bubble.querySelector('.more')!.checkVisibility(),
        leavesRoom: bubble.clientHeight < view,
      }
    })
    for (const row of rows)
      expect(row).toEqual({ isCut: row.isCut, fades: row.isCut, offersMore: row.isCut, leavesRoom: true })
    expect(rows.at(0)!.isCut).toBe(false)
    expect(rows.at(-1)!.isCut).toBe(true)
  }
})

test('a repaint draws none of the links that are there', async () => {
  const { element, server, roomId } = await openRoom({
    before: (server, room) => {
      server.sayAs('Eve', 'https://a.example/ '.repeat(50), room)
      // The row in the tab order, whose links leave it with the next message.
      server.sayAs('Grace', 'hi', room)
    },
  })
  expect(findAll(element, '.bubble a')).toHaveLength(50)
  const drawn: unknown[] = []
  const note = (event: Event): void => {
    const { kind, values } = (event as CustomEvent<{ kind: string; values?: unknown[] }>).detail
    if (kind.startsWith('template ')) drawn.push(...(values ?? []))
  }
  // What Lit tells of its own work, in the build for development.
  Object.assign(window, { emitLitDebugLogEvents: true })
  window.addEventListener('lit-debug', note)
  onTestFinished(() => {
    window.removeEventListener('lit-debug', note)
    Object.assign(window, { emitLitDebugLogEvents: false })
  })
  server.sayAs('Grace', 'https://b.example/', roomId)
  await eventually(() => expect(bubbles(element).at(-1)).toBe('https://b.example/'))
  expect(drawn).toContain('https://b.example/')
  expect(drawn).not.toContain('https://a.example/')
})
