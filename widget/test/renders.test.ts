import type { ErrorCode } from '@alcove/sdk/protocol'
import { describe, expect, test, vi } from 'vitest'
import { registerLocale } from '../src/index.js'
import { LazyPart } from '../src/lazy-part.js'
import {
  bubbles,
  eventually,
  find,
  findAll,
  mount,
  nextEvent,
  openRoom,
  press,
  settled,
  shownText,
  type,
} from './stage.js'

describe('a room', () => {
  test('shows what was said, grouped by who said it', async () => {
    const { element } = await openRoom({
      before: (server, room) => {
        server.sayAs('Grace', 'one', room)
        server.sayAs('Grace', 'two', room)
        server.sayAs('Alan', 'three', room)
      },
    })
    expect(bubbles(element)).toEqual(['one', 'two', 'three'])
    expect(findAll(element, '.message.first')).toHaveLength(2)
    expect(findAll(element, '.meta .name').map(({ textContent }) => textContent)).toEqual(['Grace', 'Alan'])
    expect(findAll(element, '.day').map(({ innerText }) => innerText)).toEqual(['Today'])
  })

  test('an empty room invites to write, and the words go with the first message', async () => {
    const { element } = await openRoom()
    expect(shownText(element)).toContain('It’s quiet in here')
    await element.send('hello')
    await element.updateComplete
    expect(shownText(element)).not.toContain('It’s quiet in here')
  })

  test('an empty room invites nobody to write who may only read', async () => {
    const { element } = mount()
    const { room } = (await nextEvent(element, 'chat-ready')).detail
    vi.spyOn(room, 'capabilities', 'get').mockReturnValue(['read'])
    element.requestUpdate()
    await eventually(() => expect(shownText(element)).toContain('You can read along here, but not write.'))
    expect(shownText(element)).toContain('It’s quiet in here')
    expect(shownText(element)).not.toContain('Say hello')
  })

  test('Enter sends, Shift+Enter and an input method’s Enter do not', async () => {
    const { element, server, roomId } = await openRoom()
    const field = type(element, 'hello')
    await element.updateComplete
    expect(press(field, 'Enter', { shiftKey: true }).defaultPrevented).toBe(false)
    expect(press(field, 'Enter', { isComposing: true }).defaultPrevented).toBe(false)
    expect(press(field, 'Enter', { keyCode: 229 }).defaultPrevented).toBe(false)
    expect(server.stored(roomId).texts).toEqual([])
    expect(press(field, 'Enter').defaultPrevented).toBe(true)
    await eventually(() => expect(server.stored(roomId).texts).toEqual(['hello']))
    await element.updateComplete
    expect(field.value).toBe('')
  })

  test('keys typed in the composer do not reach the page, Escape does', async () => {
    const { element } = await openRoom()
    const heard = vi.fn()
    document.addEventListener('keydown', heard)
    press(find(element, 'textarea'), '/')
    expect(heard).not.toHaveBeenCalled()
    press(find(element, 'textarea'), 'Escape')
    expect(heard).toHaveBeenCalledOnce()
    document.removeEventListener('keydown', heard)
  })

  test('nothing can be sent that is empty or too long, and the writer is warned near the limit', async () => {
    const { element } = await openRoom({ limits: { messageCharacters: 20 } })
    const send = find<HTMLButtonElement>(element, '.send')
    expect(send.disabled).toBe(true)
    type(element, ' \n\u200b ')
    await element.updateComplete
    expect(send.disabled).toBe(true)
    // Counted as the server counts: an emoji is one character.
    type(element, '🎉'.repeat(20))
    await element.updateComplete
    expect(send.disabled).toBe(false)
    expect(shownText(element)).toContain('0 characters left')
    type(element, 'x'.repeat(21))
    await element.updateComplete
    expect(send.disabled).toBe(true)
    expect(shownText(element)).toContain('1 character too many')
  })

  test('the committed message takes the place of the pending one in the same row', async () => {
    const { element, server } = await openRoom()
    server.goOffline()
    server.loseNextFrame()
    const sent = element.send('hello')
    await eventually(() => find(element, '.message.pending'))
    const row = find(element, '.message.pending')
    server.goOnline()
    await sent
    await eventually(() => expect(findAll(element, '.message.sent')).toHaveLength(1))
    expect(find(element, '.message')).toBe(row)
  })

  test('a failed message says so and can be sent again or discarded', async () => {
    const { element, server, roomId } = await openRoom()
    for (const text of ['first', 'second']) {
      server.refuseNextSend('forbidden')
      await expect(element.send(text)).rejects.toMatchObject({ code: 'forbidden' })
    }
    await element.updateComplete
    expect(findAll(element, '.message.failed')).toHaveLength(2)
    expect(shownText(element)).toContain('Not sent')
    const buttons = () => findAll(element, '.message.failed .meta button')
    await eventually(() => expect(buttons()).toHaveLength(4))
    const [again, , , discard] = buttons()
    again!.click()
    await eventually(() => expect(server.stored(roomId).texts).toEqual(['first']))
    discard!.click()
    await eventually(() => expect(findAll(element, '.message.failed')).toHaveLength(0))
    expect(bubbles(element)).toEqual(['first'])
  })

  test('says who is typing, and how many people are here', async () => {
    const { element, server, roomId } = await openRoom()
    server.setTyping(['Grace', 'Alan'], roomId)
    await eventually(() =>
      expect(find(element, '.typing').innerText).toMatch(/Grace.* and .*Alan.* are typing/),
    )
    expect(shownText(element)).toContain('1 person here')
    server.addMembers(2, roomId)
    await eventually(() => expect(shownText(element)).toContain('3 people here'))
  })

  test('two people of the same name are distinguishable', async () => {
    const { element } = await openRoom({
      before: (server, room) => {
        server.sayAs({ id: 'u-7f3a', name: 'Alan' }, 'me', room)
        server.sayAs({ id: 'u-91bc', name: ' ALAN' }, 'no, me', room)
        server.sayAs('Grace', 'stop it', room)
      },
    })
    expect(findAll(element, '.meta .tag').map(({ innerText }) => innerText)).toEqual(['98fdf', 'b9213'])
  })

  test('a guest changes their own name; a refused name says why and keeps the form', async () => {
    const { element } = await openRoom()
    find(element, '.people').click()
    await eventually(() => find(element, '.panel'))
    await element.updateComplete
    find(element, '[part=rename-button]').click()
    await element.updateComplete
    const input = find<HTMLInputElement>(element, '.rename input')
    input.value = 'x'.repeat(41)
    find<HTMLFormElement>(element, '.rename').requestSubmit()
    await eventually(() => expect(find(element, '.rename').innerText).toContain('1 to 40 characters'))
    input.value = 'Ada L.'
    find<HTMLFormElement>(element, '.rename').requestSubmit()
    await eventually(() => expect(find(element, '.person').innerText).toContain('Ada L.'))
  })

  test.each(['en', 'de', 'ar'])(
    'one’s name and the button that changes it have room in 320 px, also in %s',
    async (lang) => {
      const { element } = await openRoom({ set: { lang, name: 'Guest 8421 of 99' } })
      element.style.inlineSize = '320px'
      find(element, '.people').click()
      await eventually(() => find(element, '[part~=rename-button]'))
      // The tag is there before the words are.
      await eventually(() =>
        expect(find(element, '[part~=rename-button]').title).toBe(
          { en: 'Change name', de: 'Name ändern', ar: 'تغيير الاسم' }[lang],
        ),
      )
      await settled(element)
      const panel = find(element, '.panel').getBoundingClientRect()
      for (const part of ['.person', '.person .name', '.person .tag', '[part~=rename-button]']) {
        const { scrollWidth, clientWidth } = find(element, part)
        if (clientWidth) expect(scrollWidth, part).toBeLessThanOrEqual(clientWidth)
        const { left, right, height } = find(element, part).getBoundingClientRect()
        expect(left, part).toBeGreaterThanOrEqual(panel.left)
        expect(right, part).toBeLessThanOrEqual(panel.right)
        if (part.includes('tag')) expect(height).toBeLessThan(20)
      }
      const button = find(element, '[part~=rename-button]')
      expect(button.getAttribute('aria-label')).toBe(button.title)
    },
  )

  test('the list of people that was closed while a name was on its way stays closed', async () => {
    const { element } = await openRoom({ latencyMs: 30 })
    find(element, '.people').click()
    await eventually(() => find(element, '[part=rename-button]'))
    find(element, '[part=rename-button]').click()
    await element.updateComplete
    find<HTMLInputElement>(element, '.rename input').value = 'Zoe'
    find<HTMLFormElement>(element, '.rename').requestSubmit()
    find(element, '.panel [aria-label=Close]').click()
    await eventually(() => expect(find(element, '.faces').innerText).toBe('Z'))
    await settled(element)
    expect(findAll(element, '.panel')).toHaveLength(0)
  })

  test('the answer to a rename neither closes a form opened again nor changes what is typed', async () => {
    const { element } = await openRoom({ latencyMs: 30 })
    const edit = async (name: string): Promise<HTMLInputElement> => {
      await eventually(() => find(element, '[part=rename-button]'))
      find(element, '[part=rename-button]').click()
      await element.updateComplete
      const input = find<HTMLInputElement>(element, '.rename input')
      input.value = name
      return input
    }
    find(element, '.people').click()
    await edit('Zoe')
    find<HTMLFormElement>(element, '.rename').requestSubmit()
    find(element, '.rename button[type=button]').click()
    const input = await edit('Zoe Q.')
    await eventually(() => expect(find(element, '.faces').innerText).toBe('Z'))
    await settled(element)
    expect(findAll(element, '.rename input')).toEqual([input])
    expect(input.value).toBe('Zoe Q.')
  })

  test('without the capability to write there is a sentence instead of the composer', async () => {
    const { element } = await openRoom()
    expect(findAll(element, '.composer')).toHaveLength(1)
    expect(findAll(element, '.readonly')).toHaveLength(0)
  })
})

describe('while there is no room to show', () => {
  test('connecting', () => {
    const { element } = mount({ latencyMs: 60_000 })
    return eventually(() => expect(shownText(element)).toContain('Connecting…'))
  })

  const reasons: [code: ErrorCode, how: 'handshake' | 'join', reason: string, words: string][] = [
    ['origin_not_allowed', 'handshake', 'setup', `alcove app update demo --add-origin ${location.origin}`],
    ['unknown_app', 'handshake', 'setup', 'unknown_app'],
    ['token_required', 'handshake', 'membersOnly', 'Please sign in'],
    ['token_expired', 'handshake', 'signIn', 'Please sign in again'],
    ['token_invalid', 'handshake', 'signIn', 'token_invalid'],
    ['room_not_found', 'join', 'notFound', 'Room not found'],
    ['room_full', 'join', 'full', 'This room is full'],
    ['overloaded', 'join', 'busy', 'Chat is busy'],
    ['forbidden', 'join', 'error', 'Something went wrong'],
  ]
  test.each(reasons)(
    '%s at the %s is said in place, and once on the console',
    async (code, how, reason, words) => {
      const { element } = mount({
        before: (server) => {
          // A guest's refused identity is renewed once by the SDK: refuse that one too.
          for (let i = 0; i < 2; i++) if (how === 'join') server.refuseNextJoin(code)
          for (let i = 0; i < 4; i++) if (how === 'handshake') server.refuseHandshake(code)
        },
      })
      await eventually(() => expect(find(element, '.state').dataset['reason']).toBe(reason))
      await eventually(() => expect(shownText(element)).toContain(words))
      expect(console.error).toHaveBeenCalledOnce()
    },
  )

  test('a token function that fails: visitors are not asked to sign in, the owner reads the function’s own error', async () => {
    let isAway = true
    const tokenFetcher = async () => {
      if (isAway) throw new TypeError('Failed to fetch')
      return 'token-1'
    }
    const { element } = mount({ set: { tokenFetcher }, users: { 'token-1': { id: 'ada', name: 'Ada' } } })
    await eventually(() => expect(find(element, '.state').dataset['reason']).toBe('unreachable'))
    await eventually(() => expect(shownText(element)).toContain('The token function failed: Failed to fetch'))
    const ready = nextEvent(element, 'chat-ready')
    isAway = false
    await ready
  })

  test('an unreachable server: says so, counts down, and opens by itself when it is back', async () => {
    const { element, server } = mount({ before: (it) => it.goOffline() })
    await eventually(() => expect(find(element, '.state').dataset['reason']).toBe('unreachable'))
    expect(shownText(element)).toMatch(/Trying again in \d+ second/)
    server.goOnline()
    await nextEvent(element, 'chat-ready')
  })

  test('a full room opens with "Try again" once there is a place', async () => {
    const { element } = mount({ before: (server) => server.refuseNextJoin('room_full') })
    await eventually(() => expect(shownText(element)).toContain('This room is full'))
    find(element, '[part=retry]').click()
    await nextEvent(element, 'chat-ready')
  })

  test.each(['server', 'app', 'room'] as const)('a missing %s is named', async (setting) => {
    const { element } = mount({ set: { [setting]: '' } })
    await eventually(() => expect(shownText(element)).toContain(`needs the attribute "${setting}"`))
    element[setting] = 'https://chat.example'.slice(setting === 'server' ? 0 : 13)
    await nextEvent(element, 'chat-ready')
  })

  test('what explains a refusal is fetched once, whatever is refused later', async () => {
    const load = vi.spyOn(LazyPart.prototype, 'load')
    const { element } = mount({
      before: (server) => {
        server.refuseNextJoin('room_full')
        server.refuseNextJoin('overloaded')
      },
    })
    await eventually(() => expect(shownText(element)).toContain('room_full'))
    find(element, '[part=retry]').click()
    await eventually(() => expect(shownText(element)).toContain('overloaded'))
    // Rooms of earlier tests may still load parts of theirs.
    const parts = await Promise.all(load.mock.results.map(({ value }) => value as Promise<object>))
    expect(parts.filter((part) => 'explanation' in part)).toHaveLength(1)
  })

  test('after destroy() the chat can be opened again', async () => {
    const { element, server } = await openRoom()
    element.destroy()
    await eventually(() => expect(shownText(element)).toContain('This chat is closed'))
    expect(server.connectionCount).toBe(0)
    element.reload()
    await nextEvent(element, 'chat-ready')
  })
})

describe('while the room is on screen', () => {
  test('a break keeps the messages, takes new ones, and ends with "Back online"', async () => {
    const { element, server, roomId } = await openRoom({
      before: (it, room) => it.sayAs('Grace', 'hi', room),
    })
    server.goOffline()
    await eventually(() => expect(shownText(element)).toContain('No connection.'))
    const sent = element.send('later')
    await eventually(() => expect(shownText(element)).toContain('Sent when you’re back'))
    expect(bubbles(element)).toEqual(['hi', 'later'])
    server.goOnline()
    await sent
    await eventually(() => expect(shownText(element)).toContain('Back online'))
    expect(server.stored(roomId).texts).toEqual(['hi', 'later'])
  })

  test('says how many messages came meanwhile, before the first of them', async () => {
    const { element, server, roomId } = await openRoom({
      before: (it, room) => it.sayAs('Grace', 'before', room),
    })
    server.goOffline()
    for (let i = 1; i <= 37; i++) server.sayAs('Grace', `missed ${i}`, roomId)
    server.goOnline()
    await eventually(() => expect(shownText(element)).toContain('37 messages while you were away'))
    expect(find(element, '.divider').nextElementSibling?.querySelector('.text')?.textContent).toBe('missed 1')
  })

  test('refused for good: a banner over what was read', async () => {
    const { element, server } = await openRoom({ before: (it, room) => it.sayAs('Grace', 'hi', room) })
    server.refuseHandshake('unknown_app')
    server.dropConnection()
    await eventually(() =>
      expect(find(element, '.banner.refused').innerText).toContain('Chat isn’t available'),
    )
    expect(bubbles(element)).toEqual(['hi'])
  })
})

describe('languages', () => {
  test('the empty field is written in from the side of its language, what is written goes its own way', async () => {
    const { element } = await openRoom()
    element.lang = 'ar'
    const field = find(element, 'textarea')
    await eventually(() => expect(getComputedStyle(find(element, '.header')).direction).toBe('rtl'))
    expect(getComputedStyle(field).direction).toBe('rtl')
    type(element, 'hello')
    expect(getComputedStyle(field).direction).toBe('ltr')
    type(element, 'مرحبا')
    expect(getComputedStyle(field).direction).toBe('rtl')
  })

  test('switching at run time keeps the draft and turns the direction', async () => {
    const { element } = await openRoom()
    const field = type(element, 'half a thought')
    element.lang = 'ar'
    await eventually(() => expect(find(element, 'textarea')).toHaveProperty('placeholder', 'اكتب رسالة'))
    expect(find(element, '.frame').dir).toBe('rtl')
    expect(getComputedStyle(find(element, '.header')).direction).toBe('rtl')
    expect(field.value).toBe('half a thought')
    element.dir = 'ltr'
    element.lang = 'de'
    await eventually(() => expect(shownText(element)).toContain('1 Person hier'))
    expect(find(element, '.frame').dir).toBe('ltr')
  })

  test('auto takes the nearest lang around it, also out of a shadow root', async () => {
    const outer = document.createElement('div')
    outer.lang = 'es-MX'
    document.body.append(outer)
    const { element } = await openRoom({
      parent: outer.attachShadow({ mode: 'open' }),
      set: { lang: 'auto' },
    })
    await eventually(() =>
      expect(find(element, 'textarea')).toHaveProperty('placeholder', 'Escribe un mensaje'),
    )
    expect(find(element, '.frame').lang).toBe('es-MX')
    outer.remove()
  })

  test('a page overrides single strings, and adds its own language', async () => {
    registerLocale('eo', { placeholder: 'Skribu mesaĝon' })
    const { element } = await openRoom({ set: { lang: 'eo', strings: { send: 'Ek!' } } })
    expect(find(element, 'textarea')).toHaveProperty('placeholder', 'Skribu mesaĝon')
    expect(find(element, '.send').title).toBe('Ek!')
    expect(shownText(element)).toContain('It’s quiet in here')
  })
})

test('themes: light, dark, and auto as the page declares', async () => {
  const { element } = await openRoom({ set: { theme: 'light' } })
  const background = (): string => getComputedStyle(find(element, '.frame')).backgroundColor
  expect(background()).toBe('rgb(255, 255, 255)')
  element.theme = 'dark'
  await settled(element)
  expect(background()).toBe('rgb(21, 23, 28)')
})

test('theme auto follows a page that declares its scheme, whatever the system asks for', async () => {
  const page = document.createElement('div')
  page.style.colorScheme = 'dark'
  document.body.append(page)
  const { element } = await openRoom({ parent: page })
  expect(getComputedStyle(find(element, '.frame')).backgroundColor).toBe('rgb(21, 23, 28)')
  page.remove()
})
