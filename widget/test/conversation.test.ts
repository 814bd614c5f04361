/** What can be done with a message: by pointer, keyboard and finger, and what of it is said aloud. */
import type { Room } from '@alcove/sdk'
import { describe, expect, test, vi } from 'vitest'
import type { ChatRoom } from '../src/chat-room.js'
import { registerLocale } from '../src/index.js'
import {
  button,
  conversation,
  dock,
  focused,
  hover,
  isCovered,
  namesOf,
  partLoaded,
  pointer,
  pressOn,
  row,
  spoken,
  tap,
  violations,
} from './conversation-stage.js'
import {
  bubbles,
  eventually,
  find,
  findAll,
  nextEvent,
  openRoom,
  press,
  settled,
  shownText,
  type,
  type Staged,
} from './stage.js'

async function confirmDeletion(element: ChatRoom, id: string): Promise<void> {
  await pressOn(element, id, 'Delete')
  button(dock(element), 'Delete').click()
  await settled(element)
}

/** What waits for an undo goes out when nobody sees the page any more. */
function hidePage(): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValueOnce(true)
  document.dispatchEvent(new Event('visibilitychange'))
}

function write(element: ChatRoom, text: string): void {
  press(type(element, text), 'Enter')
}

describe('what the first view says of changes', () => {
  test('an edited message says so beside its time, a deleted one keeps its place without its text', async () => {
    const { element, server, roomId, first, last } = await conversation()
    server.edit(first, 'first, edited', roomId)
    server.delete(last, 'Ada', roomId)
    await eventually(() =>
      expect(bubbles(element)).toEqual(['Good morning', 'first, edited', 'Message deleted']),
    )
    expect(row(element, first).querySelector('.meta')?.textContent).toMatch(/edited.*\d/s)
    expect(row(element, first).getAttribute('aria-label')).toMatch(/^you, .*: first, edited \(edited\)$/)
    expect(row(element, last).getAttribute('aria-label')).toMatch(/^you, .*: Message deleted$/)
    expect(row(element, last).querySelector('.tag')).toBeNull()
  })

  test('also of a message of somebody else in the middle of what they said', async () => {
    const { element, server, roomId } = await openRoom()
    server.sayAs('Grace', 'one', roomId)
    const id = server.sayAs('Grace', 'two', roomId)
    server.edit(id, 'two, edited', roomId)
    await eventually(() =>
      expect(row(element, id).querySelector('.meta')?.textContent).toMatch(/edited.*\d/s),
    )
    expect(row(element, id).querySelector('.name')).toBeNull()
  })
})

describe('one key press answers one question', () => {
  test('a held or doubled Enter that saves an edit does not send the draft', async () => {
    const { element, server, roomId, first, field } = await conversation()
    type(element, 'half a thought')
    await pressOn(element, first, 'e')
    type(element, 'first, edited')
    press(field, 'Enter')
    press(field, 'Enter', { repeat: true })
    press(field, 'Enter')
    await eventually(() => expect(server.stored(roomId).texts).toContain('first, edited'))
    await settled(element)
    expect(field.value).toBe('half a thought')
    expect(server.stored(roomId).texts).not.toContain('half a thought')
  })

  test('a held Enter that empties an edit does not confirm the deletion', async () => {
    const { element, first, field } = await conversation()
    await pressOn(element, first, 'e')
    type(element, '')
    press(field, 'Enter')
    await settled(element)
    expect(focused(element)).toBe(button(dock(element), 'Cancel'))
    const held = press(focused(element) as HTMLElement, 'Enter', { repeat: true })
    expect(held.defaultPrevented).toBe(true)
  })

  test('keys of an input method do nothing, also those that come after the composition', async () => {
    const { element, first, field } = await conversation()
    press(field, 'ArrowUp', { keyCode: 229 })
    expect(findAll(element, '[part=editing]')).toEqual([])
    await pressOn(element, first, 'e')
    type(element, 'first, ed')
    const outside: string[] = []
    element.parentElement!.addEventListener('keydown', ({ key }) => outside.push(key))
    press(field, 'Escape', { keyCode: 229 })
    await settled(element)
    expect(field.value).toBe('first, ed')
    expect(outside, 'it does not close what the room stands in').toEqual([])
  })
})

describe('an edit in which nothing was typed', () => {
  test('does not undo what another device saved meanwhile', async () => {
    const { element, server, roomId, first, field } = await conversation()
    await pressOn(element, first, 'e')
    server.edit(first, 'first, from the phone', roomId)
    await eventually(() => expect(bubbles(element)).toContain('first, from the phone'))
    press(field, 'Enter')
    await settled(element)
    expect(findAll(element, '[part=editing]')).toEqual([])
    expect(server.stored(roomId).texts).toContain('first, from the phone')
  })

  test('leaves spaces and line ends at the ends of a text as they are', async () => {
    const { element, server, roomId, field } = await conversation()
    const { id } = await element.send('    indented\n')
    const { rev } = server.stored(roomId)
    await pressOn(element, id, 'e')
    press(field, 'Enter')
    await settled(element)
    expect(server.stored(roomId).rev).toBe(rev)
  })
})

describe('the actions of a message', () => {
  test('stand beside it while the pointer rests there, and go with it', async () => {
    const { element, first, last } = await conversation()
    expect(findAll(element, '.bar')).toEqual([])
    const bar = await hover(element, first)
    expect(bar.getAttribute('role')).toBe('toolbar')
    expect(bar.getAttribute('aria-label')).toBe('Message: \u2068first\u2069')
    await hover(element, last)
    expect(findAll(element, '.bar')).toHaveLength(1)
    pointer(element, 'pointerout', 'mouse')
    pointer(find(element, '.header'), 'pointerover', 'mouse')
    await eventually(() => expect(findAll(element, '.bar')).toEqual([]))
  })

  test('a pointer that only passes shows none', async () => {
    const { element, first, last } = await conversation()
    pointer(row(element, first), 'pointerover', 'mouse')
    await hover(element, last)
    expect(row(element, first).querySelector('.bar')).toBeNull()
  })

  test.each([640, 480, 400, 320])('at %i px they move nothing and lie on no bubble', async (width) => {
    const long =
      'Three things are left before this goes out, and each of them needs somebody who looks at it twice. '
    const { element, roomId, server } = await openRoom()
    element.style.inlineSize = `${width}px`
    const ids = [server.sayAs('Grace', long.repeat(2), roomId), server.sayAs('Grace', 'yes', roomId)]
    ids.push((await element.send(long.repeat(2))).id, (await element.send('no')).id)
    await partLoaded(element)
    const places = () =>
      findAll(element, '.bubble').map((each) => JSON.stringify(each.getBoundingClientRect()))
    await settled(element)
    await Promise.all(element.shadowRoot!.getAnimations().map(({ finished }) => finished))
    const before = places()
    for (const id of ids) {
      const bar = (await hover(element, id)).getBoundingClientRect()
      expect(places()).toEqual(before)
      for (const each of findAll(element, '.bubble')) {
        const { left, right, top, bottom } = each.getBoundingClientRect()
        const isApart =
          bar.right <= left + 1 || bar.left >= right - 1 || bar.bottom <= top + 1 || bar.top >= bottom - 1
        expect(isApart, `${each.innerText.slice(0, 20)} ${width}`).toBe(true)
      }
      const frame = find(element, '.frame').getBoundingClientRect()
      expect(bar.left).toBeGreaterThanOrEqual(frame.left)
      expect(bar.right).toBeLessThanOrEqual(frame.right)
    }
  })

  test('are what this person may do: of others’ messages the text can be copied, moderators may delete them', async () => {
    const { element, server, roomId, first } = await conversation({ set: {} })
    element.style.inlineSize = '640px'
    const theirs = findAll(element, '.message')[0]!.dataset['key']!
    server.setCapabilities(['read', 'write'], roomId)
    expect(namesOf(await hover(element, first))).toEqual(['Edit', 'Copy text', 'Delete'])
    expect(namesOf(await hover(element, theirs))).toEqual(['Copy text'])
    server.setCapabilities(['read', 'write', 'moderate'], roomId)
    await eventually(() => expect(namesOf(row(element, theirs))).toEqual(['Copy text', 'Delete']))
  })

  test('without a window for changes, one’s own text can be copied and nothing else', async () => {
    const { element, first, field } = await conversation({ limits: { editWindowSeconds: 0 } })
    element.style.inlineSize = '640px'
    expect(namesOf(await hover(element, first))).toEqual(['React', 'Copy text'])
    await pressOn(element, first, 'e')
    await pressOn(element, first, 'Delete')
    expect(findAll(element, '.dock, .purpose')).toEqual([])
    field.focus()
    press(field, 'ArrowUp')
    await settled(element)
    expect(field.value).toBe('')
  })

  test('no more of them stand beside it than there is room for: one button leads to the rest', async () => {
    const { element, first } = await conversation()
    element.style.inlineSize = '640px'
    const bar = await hover(element, first)
    expect(namesOf(bar)).toEqual(['React', 'Edit', 'More'])
    button(bar, 'More').click()
    await settled(element)
    expect(namesOf(dock(element)).slice(-3)).toEqual(['Edit', 'Copy text', 'Delete'])
  })

  test.each([240, 320, 400, 900])('with a mouse they stand next to the message, %i px', async (width) => {
    for (const lang of ['en', 'ar']) {
      const { element, server, roomId, first } = await conversation({ set: { lang } })
      element.style.inlineSize = `${width}px`
      server.react(first, '👍', 'Grace', roomId)
      await hover(element, first)
      const more = row(element, first).querySelector<HTMLElement>('.more-acts')!
      more.click()
      await settled(element)
      const panel = dock(element)
      expect(panel.offsetWidth).toBeLessThan(find(element, '.frame').clientWidth)
      expect(isCovered(element, first), `${lang} ${width}`).toBe(false)
      const frame = find(element, '.frame').getBoundingClientRect()
      const { left, right } = panel.getBoundingClientRect()
      expect(left).toBeGreaterThanOrEqual(frame.left)
      expect(right).toBeLessThanOrEqual(frame.right)
      element.remove()
    }
  })

  test('by keyboard: Enter leads into them, arrows walk them, Escape leads back', async () => {
    const { element, first, last } = await conversation()
    element.style.inlineSize = '640px'
    await pressOn(element, last, 'ArrowUp')
    expect(focused(element)).toBe(row(element, first))
    press(row(element, first), 'Enter')
    await eventually(() => expect(focused(element)?.ariaLabel).toBe('React'))
    press(focused(element) as HTMLElement, 'ArrowRight')
    expect(focused(element)?.ariaLabel).toBe('Edit')
    press(focused(element) as HTMLElement, 'ArrowLeft')
    press(focused(element) as HTMLElement, 'ArrowLeft')
    expect(focused(element)?.ariaLabel).toBe('More')
    const onPage = vi.fn()
    document.addEventListener('keydown', onPage, { once: true })
    press(focused(element) as HTMLElement, 'Escape')
    document.removeEventListener('keydown', onPage)
    expect(focused(element)).toBe(row(element, first))
    expect(onPage).not.toHaveBeenCalled()
  })

  test('from right to left the arrows go the other way', async () => {
    const { element, first } = await conversation({ set: { lang: 'ar' } })
    element.style.inlineSize = '640px'
    await pressOn(element, first, 'Enter')
    await eventually(() => expect(focused(element)?.ariaLabel).toBe('تفاعل'))
    press(focused(element) as HTMLElement, 'ArrowLeft')
    expect(focused(element)?.ariaLabel).toBe('تعديل')
    const { left } = row(element, first).querySelector('.bar')!.getBoundingClientRect()
    expect(left).toBeGreaterThan(row(element, first).querySelector('.bubble')!.getBoundingClientRect().right)
  })

  test('keys of a row do nothing in a field, with a modifier, or on another alphabet’s letter of the same name', async () => {
    const { element, first, field } = await conversation()
    field.focus()
    for (const key of ['e', 'c', 'Delete']) press(field, key)
    await pressOn(element, first, 'e', { ctrlKey: true })
    expect(findAll(element, '.dock, .purpose')).toEqual([])
    await pressOn(element, first, 'ث', { code: 'KeyE' })
    expect(findAll(element, '.purpose')).toHaveLength(1)
  })

  test('a tap shows them where the field is, 36 pixels and more, over no message; another tap ends it', async () => {
    const { element, first } = await conversation()
    await tap(element, first)
    expect(namesOf(dock(element)).slice(-4)).toEqual(['Edit', 'Copy text', 'Delete', 'Cancel'])
    for (const each of dock(element).querySelectorAll('button')) {
      const { width, height } = each.getBoundingClientRect()
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(36)
    }
    const { top } = dock(element).getBoundingClientRect()
    for (const each of findAll(element, '.bubble'))
      expect(each.getBoundingClientRect().bottom).toBeLessThanOrEqual(top)
    await tap(element, first)
    expect(findAll(element, '.dock')).toEqual([])
  })

  test('a finger that rests on a message shows them too, one that scrolls does not', async () => {
    const { element, first } = await conversation()
    const bubble = row(element, first).querySelector('.bubble')!
    pointer(bubble, 'pointerdown', 'touch')
    bubble.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 500, clientY: 500 }))
    bubble.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    await settled(element)
    expect(findAll(element, '.dock')).toEqual([])
    pointer(bubble, 'pointerdown', 'touch')
    await eventually(() => dock(element))
    // Lifting the finger gives the message the focus, as it would after any press.
    pointer(bubble, 'pointerup', 'touch')
    row(element, first).focus()
    await settled(element)
    expect(dock(element).checkVisibility()).toBe(true)
  })

  test('showing them folds and unfolds no message', async () => {
    const { element, last } = await conversation()
    element.style.inlineSize = '240px'
    const long = await element.send(
      'Three things are left before this goes out, and each needs somebody. '.repeat(2),
    )
    await settled(element)
    const height = () => row(element, long.id).querySelector<HTMLElement>('.bubble')!.offsetHeight
    const before = height()
    await tap(element, long.id)
    expect(dock(element).checkVisibility()).toBe(true)
    expect(height()).toBe(before)
    await pressOn(element, last, 'e')
    expect(height()).toBe(before)
  })

  test('in a narrow room one button leads to them', async () => {
    const { element, first } = await conversation()
    element.style.inlineSize = '320px'
    const bar = await hover(element, first)
    expect(namesOf(bar)).toEqual(['More'])
    button(bar, 'More').click()
    await settled(element)
    expect(namesOf(dock(element))).toContain('Edit')
    expect(dock(element).contains(focused(element))).toBe(true)
    press(focused(element) as HTMLElement, 'Escape')
    expect(focused(element)).toBe(row(element, first))
  })

  test('copies the text and says so', async () => {
    const { element, first } = await conversation()
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await pressOn(element, first, 'c')
    expect(writeText).toHaveBeenCalledWith('first')
    await eventually(() => expect(spoken(element)).toContain('Copied'))
    writeText.mockRejectedValue(new Error('denied'))
    await pressOn(element, first, 'c')
    await eventually(() => expect(spoken(element)).toContain('Could not be copied'))
  })
})

describe('editing', () => {
  test('happens in the field: Enter saves, the draft comes back, everybody sees it', async () => {
    const { element, server, roomId, first, field } = await conversation()
    type(element, 'half a thought')
    await pressOn(element, first, 'e')
    expect(focused(element)).toBe(field)
    expect(field.value).toBe('first')
    expect(field.ariaLabel).toBe('Edit message')
    expect(find(element, '[part=editing]').innerText).toContain('first')
    expect(find(element, '.send').title).toBe('Save')
    write(element, 'first, better')
    await eventually(() => expect(server.stored(roomId).texts).toContain('first, better'))
    expect(field.value).toBe('half a thought')
    expect(findAll(element, '[part=editing]')).toEqual([])
    await eventually(() => expect(spoken(element)).toContain('Edited'))
    expect(server.stored(roomId).texts).toHaveLength(3)
  })

  test('Escape leaves it, and does not close what the room stands in', async () => {
    const { element, server, roomId, first, field } = await conversation()
    type(element, 'half a thought')
    await pressOn(element, first, 'e')
    type(element, 'first, worse')
    const onPage = vi.fn()
    document.addEventListener('keydown', onPage)
    press(field, 'Escape')
    expect(onPage).not.toHaveBeenCalled()
    await settled(element)
    expect(field.value).toBe('half a thought')
    press(field, 'Escape')
    expect(onPage).toHaveBeenCalledOnce()
    document.removeEventListener('keydown', onPage)
    expect(server.stored(roomId).texts).toContain('first')
  })

  test('the button beside what is edited leaves it too', async () => {
    const { element, first, field } = await conversation()
    await pressOn(element, first, 'e')
    button(find(element, '[part=editing]'), 'Cancel editing').click()
    await settled(element)
    expect(field.value).toBe('')
    expect(focused(element)).toBe(field)
  })

  test('up arrow in an empty field edits one’s last message, in one with a text it does not', async () => {
    const { element, server, roomId, field } = await conversation()
    server.sayAs('Grace', 'and you?', roomId)
    type(element, 'x')
    press(field, 'ArrowUp')
    expect(field.value).toBe('x')
    type(element, '')
    press(field, 'ArrowUp')
    expect(field.value).toBe('last')
    expect(field.selectionStart).toBe(4)
  })

  test('the draft of a new message survives a second edit, another room and a reload of the tab', async () => {
    const { element, first, last, field, roomId } = await conversation()
    type(element, 'half a thought')
    await pressOn(element, first, 'e')
    type(element, 'edited')
    await pressOn(element, last, 'e')
    expect(field.value).toBe('last')
    expect(JSON.stringify(sessionStorage)).toContain('half a thought')
    expect(JSON.stringify(sessionStorage)).not.toContain('edited')
    element.room = `${roomId}-other`
    await eventually(() => expect(findAll(element, '[part=editing]')).toEqual([]))
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
    element.room = roomId
    await eventually(() =>
      expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('half a thought'),
    )
  })

  test('an unchanged text is no edit', async () => {
    const { element, server, roomId, first } = await conversation()
    const { rev } = server.stored(roomId)
    await pressOn(element, first, 'e')
    write(element, ' first ')
    await settled(element)
    expect(findAll(element, '[part=editing]')).toEqual([])
    expect(server.stored(roomId).rev).toBe(rev)
  })

  test('one that is on its way shows the new text, as pending', async () => {
    const { element, server, last } = await conversation()
    server.delayAcks(1_000_000)
    server.loseNextFrame()
    await pressOn(element, last, 'e')
    write(element, 'last, better')
    await eventually(() => expect(row(element, last).className).toContain('pending'))
    expect(row(element, last).innerText).toMatch(/last, better\s+Sending/)
  })

  test('one that is refused says why, and keeps the text for another try', async () => {
    const { element, server, roomId, first, field } = await conversation()
    server.refuseNextChange('forbidden')
    await pressOn(element, first, 'e')
    write(element, 'first, better')
    await eventually(() =>
      expect(row(element, first).innerText).toContain('Not edited. You may not change it.'),
    )
    expect(bubbles(element)).toContain('first')
    await eventually(() => expect(spoken(element)).toContain('Not edited. You may not change it.'))
    button(row(element, first), 'Try again').click()
    await settled(element)
    expect(field.value).toBe('first, better')
    write(element, field.value)
    await eventually(() => expect(server.stored(roomId).texts).toContain('first, better'))
    expect(row(element, first).innerText).not.toContain('Not edited')
  })

  test('a refused one can be dismissed, and the focus stays with its message', async () => {
    const { element, server, first } = await conversation()
    server.refuseNextChange('edit_window_closed')
    await pressOn(element, first, 'e')
    write(element, 'first, better')
    await eventually(() => expect(row(element, first).innerText).toContain('too old'))
    button(row(element, first), 'Discard').click()
    await settled(element)
    expect(row(element, first).innerText).not.toContain('too old')
    expect(focused(element)).toBe(row(element, first))
  })

  test('of a message that is deleted meanwhile nothing is saved, and the text stays', async () => {
    const { element, server, roomId, first, field } = await conversation()
    await pressOn(element, first, 'e')
    type(element, 'first, better')
    server.delete(first, 'Ada', roomId)
    await eventually(() => expect(find(element, '[part=editing]').innerText).toContain('Message deleted'))
    await eventually(() => expect(spoken(element)).toContain('Message deleted'))
    expect(find<HTMLButtonElement>(element, '.send').disabled).toBe(true)
    const texts = bubbles(element)
    press(field, 'Enter')
    press(field, 'Enter')
    await settled(element)
    expect(findAll(element, '[part=editing]'), 'it can be sent as a new one').toEqual([])
    expect(field.value).toBe('first, better')
    expect(bubbles(element)).toEqual(texts)
  })

  test('of a message that is deleted meanwhile the text is behind the draft, also by Escape', async () => {
    const { element, server, roomId, first, last, field } = await conversation()
    type(element, 'a draft')
    await pressOn(element, first, 'e')
    type(element, 'first, better')
    await pressOn(element, last, 'e')
    server.delete(last, 'Ada', roomId)
    await eventually(() => expect(find(element, '[part=editing]').innerText).toContain('Message deleted'))
    press(field, 'Escape')
    await settled(element)
    expect(field.value, 'nothing was typed').toBe('a draft')
    await pressOn(element, first, 'e')
    expect(field.value).toBe('first, better')
    server.delete(first, 'Ada', roomId)
    await eventually(() => expect(find(element, '[part=editing]').innerText).toContain('Message deleted'))
    press(field, 'Escape')
    await settled(element)
    expect(field.value).toBe('a draft\nfirst, better')
  })

  test('a text that was not saved is there again after another edit and another room, until it is cancelled', async () => {
    const { element, first, last, field, roomId } = await conversation()
    await pressOn(element, first, 'e')
    type(element, 'typed for long')
    await pressOn(element, last, 'e')
    press(field, 'Escape')
    await pressOn(element, first, 'e')
    expect(field.value).toBe('typed for long')
    element.room = `${roomId}-other`
    await eventually(() => expect(findAll(element, '[part=editing]')).toEqual([]))
    element.room = roomId
    await eventually(() => expect(row(element, first)).not.toBeNull())
    await settled(element)
    await pressOn(element, first, 'e')
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('typed for long')
    press(find(element, 'textarea'), 'Escape')
    await settled(element)
    await pressOn(element, first, 'e')
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('first')
  })

  async function visitOther(element: ChatRoom, roomId: string, meanwhile: () => void): Promise<void> {
    element.room = `${roomId}-other`
    await nextEvent(element, 'chat-ready')
    meanwhile()
    element.room = roomId
    await nextEvent(element, 'chat-ready')
    await settled(element)
  }

  test('a text typed for a former text undoes no later edit: it goes behind the draft', async () => {
    const { element, server, first, field, roomId } = await conversation()
    type(element, 'a draft')
    await pressOn(element, first, 'e')
    type(element, 'meet at 6')
    await visitOther(element, roomId, () => server.edit(first, 'meet at 7', roomId))
    await pressOn(element, first, 'e')
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('meet at 7')
    press(find(element, 'textarea'), 'Enter')
    await settled(element)
    expect(server.stored(roomId).texts).toContain('meet at 7')
    expect(field.value).toBe('a draft\nmeet at 6')
  })

  test('an edit begun a second time keeps what is in the field, also when the message has changed', async () => {
    const { element, server, first, field, roomId } = await conversation()
    await pressOn(element, first, 'e')
    type(element, 'meet at 6')
    server.edit(first, 'meet at 7', roomId)
    await eventually(() => expect(bubbles(element)).toContain('meet at 7'))
    await pressOn(element, first, 'e')
    expect(field.value).toBe('meet at 6')
    press(field, 'Escape')
    expect(field.value).toBe('')
  })

  test('a text kept of a message that is deleted goes behind the draft: in the room, beside another edit, elsewhere', async () => {
    const { element, server, first, last, field, roomId } = await conversation()
    const third = (await element.send('third')).id
    const keep = async (id: string, text: string) => {
      await pressOn(element, id, 'e')
      type(element, text)
      await pressOn(element, third, 'e')
    }
    await keep(first, 'first, better')
    server.delete(first, 'Grace', roomId)
    await eventually(() => expect(bubbles(element)).not.toContain('first'))
    expect(field.value, 'the other edit is not disturbed').toBe('third')
    press(field, 'Escape')
    expect(field.value).toBe('first, better')
    await keep(last, 'last, better')
    press(field, 'Escape')
    field.setSelectionRange(2, 2)
    server.delete(last, 'Grace', roomId)
    await eventually(() => expect(field.value).toBe('first, better\nlast, better'))
    expect(field.selectionStart).toBe(2)
    type(element, 'a draft')
    await pressOn(element, third, 'e')
    type(element, 'third, better')
    await visitOther(element, roomId, () => server.delete(third, 'Grace', roomId))
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('a draft\nthird, better')
  })

  test('a text that became part of the draft is stored with it', async () => {
    const { element, server, first, field, roomId } = await conversation()
    type(element, 'a draft')
    await pressOn(element, first, 'e')
    type(element, 'first, better')
    server.delete(first, 'Grace', roomId)
    await eventually(() => expect(find(element, '[part=editing]').innerText).toContain('Message deleted'))
    press(field, 'Escape')
    expect(Object.values(sessionStorage)).toEqual(['a draft\nfirst, better'])
    await visitOther(element, roomId, () => undefined)
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('a draft\nfirst, better')
  })

  test('after another person the former one’s unsaved text is gone, for the former one too', async () => {
    const users = { 'token-ada': { id: 'ada', name: 'Ada' }, 'token-bob': { id: 'bob', name: 'Bob' } }
    const { element, first } = await conversation({ users, set: { token: 'token-ada' } })
    await pressOn(element, first, 'e')
    type(element, 'half written by Ada')
    const changes = [() => element.logout(), () => element.identify('token-ada')]
    for (const change of changes) {
      change()
      await nextEvent(element, 'chat-ready')
      await settled(element)
      expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
    }
    await pressOn(element, first, 'e')
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('first')
  })

  test('too long a text is not saved', async () => {
    const { element, server, roomId, first, field } = await conversation({
      limits: { messageCharacters: 20 },
    })
    await pressOn(element, first, 'e')
    write(element, 'x'.repeat(21))
    await settled(element)
    expect(field.value).toHaveLength(21)
    expect(shownText(element)).toContain('1 character too many')
    expect(server.stored(roomId).texts).toContain('first')
  })

  test('chat-before-send gets the message that takes the text, may change it, and may stop it', async () => {
    const { element, server, roomId, first, field } = await conversation()
    const edits: (string | undefined)[] = []
    let isStopped = true
    element.addEventListener('chat-before-send', (event) => {
      edits.push(event.detail.edited?.id)
      event.detail.draft.text += '!'
      if (isStopped) event.preventDefault()
    })
    await pressOn(element, first, 'e')
    write(element, 'better')
    expect(field.value).toBe('better')
    isStopped = false
    write(element, 'better')
    await eventually(() => expect(server.stored(roomId).texts).toContain('better!'))
    await element.send('new')
    expect(edits).toEqual([first, first, undefined])
  })

  test('nobody sees “typing” because somebody edits', async () => {
    const { element, server, roomId, first } = await conversation()
    const other = await server.createChat({ user: { name: 'Grace' } }).join(roomId)
    await pressOn(element, first, 'e')
    type(element, 'first, bet')
    type(element, 'first, better')
    await settled(element)
    expect(other.typingUsers).toEqual([])
    type(element, '')
    press(find(element, 'textarea'), 'Escape')
    type(element, 'new')
    await eventually(() => expect(other.typingUsers).toHaveLength(1))
  })
})

describe('deleting', () => {
  test('asks first: Cancel and Escape keep the message and give the focus back', async () => {
    const { element, server, roomId, first } = await conversation()
    await pressOn(element, first, 'Delete')
    expect(dock(element).getAttribute('role')).toBe('alertdialog')
    expect(dock(element).innerText).toContain('Delete this message?')
    expect(find(element, '#remove-what').textContent).toBe('first')
    expect(focused(element)).toBe(button(dock(element), 'Delete'))
    button(dock(element), 'Cancel').click()
    await settled(element)
    expect(focused(element)).toBe(row(element, first))
    await pressOn(element, first, 'Backspace')
    press(focused(element) as HTMLElement, 'Escape')
    await settled(element)
    expect(findAll(element, '.dock')).toEqual([])
    expect(focused(element)).toBe(row(element, first))
    expect(bubbles(element)).toContain('first')
    expect(server.stored(roomId).texts).toContain('first')
  })

  test('who turns to something else is not asked any more', async () => {
    const { element, first, field } = await conversation()
    await pressOn(element, first, 'Delete')
    field.focus()
    await settled(element)
    expect(findAll(element, '.dock')).toEqual([])
    expect(bubbles(element)).toContain('first')
  })

  test('can be undone for some seconds, in which nothing is sent', async () => {
    const { element, server, roomId, first } = await conversation()
    const { rev } = server.stored(roomId)
    await confirmDeletion(element, first)
    expect(bubbles(element)).toEqual(['Good morning', 'Message deleted', 'last'])
    expect(focused(element)).toBe(row(element, first))
    await eventually(() => expect(spoken(element)).toContain('You can undo it'))
    expect(namesOf(row(element, first))).toEqual(['Undo'])
    press(row(element, first), 'e')
    press(row(element, first), 'Enter')
    await eventually(() => expect(focused(element)?.textContent.trim()).toBe('Undo'))
    ;(focused(element) as HTMLElement).click()
    await settled(element)
    expect(bubbles(element)).toContain('first')
    expect(focused(element)).toBe(row(element, first))
    expect(server.stored(roomId).rev).toBe(rev)
  })

  test('is sent when they are over', async () => {
    const { element, server, roomId, first } = await conversation()
    await confirmDeletion(element, first)
    expect(server.stored(roomId).texts).toContain('first')
    await eventually(() => expect(server.stored(roomId).texts).toEqual(['Good morning', '', 'last']))
    await settled(element)
    expect(bubbles(element)).toEqual(['Good morning', 'Message deleted', 'last'])
    expect(namesOf(row(element, first))).toEqual([])
  })

  const holds: [by: string, rest: (undo: HTMLElement) => void, leave: (undo: HTMLElement) => void][] = [
    ['the focus', (undo) => undo.focus(), (undo) => undo.blur()],
    [
      'the pointer',
      (undo) => undo.dispatchEvent(new PointerEvent('pointerenter')),
      (undo) => undo.dispatchEvent(new PointerEvent('pointerleave')),
    ],
  ]
  test.each(holds)('is not sent while %s rests on Undo, and some seconds after', async (_, rest, leave) => {
    const { element, server, roomId, first, last } = await conversation()
    await confirmDeletion(element, first)
    // Its time is over after that of the first would have been.
    await confirmDeletion(element, last)
    const undo = find(element, '.undo')
    rest(undo)
    await eventually(() => expect(server.stored(roomId).texts).not.toContain('last'))
    expect(server.stored(roomId).texts).toContain('first')
    expect(undo.isConnected).toBe(true)
    leave(undo)
    await eventually(() => expect(server.stored(roomId).texts).not.toContain('first'))
  })

  test('is sent while its author may still delete it, also if the focus rests on Undo', async () => {
    const { element, server, roomId, last } = await conversation({ limits: { editWindowSeconds: 5 } })
    await confirmDeletion(element, last)
    find(element, '.undo').focus()
    await eventually(() => expect(findAll(element, '.undo')).toEqual([]))
    await eventually(() => expect(server.stored(roomId).texts).not.toContain('last'))
    expect(focused(element)).toBe(row(element, last))
  })

  test('the focus stays with its message when Undo goes with it', async () => {
    const { element, first } = await conversation()
    await confirmDeletion(element, first)
    find(element, '.undo').focus()
    hidePage()
    await eventually(() => expect(findAll(element, '.undo')).toEqual([]))
    expect(focused(element)).toBe(row(element, first))
  })

  const ways: [how: string, go: (staged: Staged) => void][] = [
    ['the element is taken out', ({ element }) => element.remove()],
    ['another room is shown', ({ element, roomId }) => (element.room = `${roomId}-other`)],
    ['the guest is forgotten', ({ element }) => element.logout()],
    ['the chat is closed', ({ element }) => element.destroy()],
    ['the page is hidden', hidePage],
  ]
  test.each(ways)('is sent at once when %s, while the room is still joined', async (_, go) => {
    const room = new Promise<Room>((resolve) =>
      document.addEventListener('chat-ready', ({ detail }) => resolve(detail.room), { once: true }),
    )
    const staged = await conversation()
    const joined = await room
    const status = vi.fn()
    const remove = vi.spyOn(joined, 'delete').mockImplementation(async () => void status(joined.status))
    await confirmDeletion(staged.element, staged.first)
    go(staged)
    await staged.element.updateComplete
    expect(remove).toHaveBeenCalledExactlyOnceWith(staged.first)
    expect(status).toHaveBeenCalledWith('joined')
  })

  test('an emptied text asks to delete; kept, it stays in the field; confirmed, the draft comes back', async () => {
    const { element, first, field } = await conversation()
    type(element, 'half a thought')
    await pressOn(element, first, 'e')
    type(element, '')
    await element.updateComplete
    find(element, '.send').click()
    await settled(element)
    expect(dock(element).innerText).toContain('Delete this message?')
    const { top } = find(element, '.field').getBoundingClientRect()
    expect(dock(element).getBoundingClientRect().bottom).toBeLessThanOrEqual(top)
    button(dock(element), 'Cancel').click()
    await settled(element)
    expect(focused(element)).toBe(field)
    expect(findAll(element, '[part=editing]')).toHaveLength(1)
    press(field, 'Enter')
    await settled(element)
    button(dock(element), 'Delete').click()
    await settled(element)
    expect(field.value).toBe('half a thought')
    expect(bubbles(element)).toContain('Message deleted')
  })

  test('one that is asked for and can be undone cannot be edited, and nobody sees the edit', async () => {
    const { element, server, roomId, first, field } = await conversation()
    await pressOn(element, first, 'e')
    type(element, 'first, edited')
    await confirmDeletion(element, first)
    await settled(element)
    press(field, 'Enter')
    hidePage()
    await eventually(() => expect(server.stored(roomId).texts).not.toContain('first'))
    expect(server.stored(roomId).rows.find(({ id }) => id === first)).not.toHaveProperty('editedAt')
    expect(server.stored(roomId).rev).toBe(4)
  })

  test('refused, the message is back, says why and can be asked for again', async () => {
    const { element, server, roomId, first } = await conversation()
    server.refuseNextChange('forbidden')
    await confirmDeletion(element, first)
    hidePage()
    await eventually(() =>
      expect(row(element, first).innerText).toContain('Not deleted. You may not change it.'),
    )
    expect(bubbles(element)).toContain('first')
    button(row(element, first), 'Try again').click()
    await settled(element)
    button(dock(element), 'Delete').click()
    hidePage()
    await eventually(() => expect(server.stored(roomId).texts).not.toContain('first'))
  })

  test('one that somebody else was quicker with is no failure', async () => {
    const { element, server, roomId, first } = await conversation()
    await confirmDeletion(element, first)
    server.delete(first, 'Ada', roomId)
    hidePage()
    await eventually(() => expect(findAll(element, '.undo')).toEqual([]))
    expect(shownText(element)).not.toContain('Not deleted')
  })

  test('without a connection it waits, as pending, and goes out with the next one', async () => {
    const { element, server, roomId, first } = await conversation()
    server.goOffline()
    await confirmDeletion(element, first)
    hidePage()
    await eventually(() => expect(row(element, first).className).toContain('pending'))
    expect(server.stored(roomId).texts).toContain('first')
    server.goOnline()
    await eventually(() => expect(server.stored(roomId).texts).not.toContain('first'))
    await eventually(() => expect(row(element, first).className).not.toContain('pending'))
  })
})

describe('words', () => {
  test.each(['de', 'es', 'ar'])('come in the language of the element: %s', async (lang) => {
    const { element, first } = await conversation({ set: { lang } })
    element.style.inlineSize = '640px'
    const edit = { de: 'Bearbeiten', es: 'Editar', ar: 'تعديل' }[lang]
    await hover(element, first)
    await eventually(() => expect(namesOf(row(element, first))[1]).toBe(edit))
  })

  test('what a page registered stays', async () => {
    registerLocale('de', { edit: 'Ändern' })
    const { element, first } = await conversation({ set: { lang: 'de' } })
    element.style.inlineSize = '640px'
    await hover(element, first)
    await eventually(() => expect(namesOf(row(element, first))[2]).toBe('Mehr'))
    expect(namesOf(row(element, first))[1]).toBe('Ändern')
  })
})

describe('axe finds nothing', () => {
  const scenes: [scene: string, set: (element: ChatRoom, id: string) => Promise<unknown>][] = [
    ['with the bar of a message', hover],
    ['while a message is edited', (element, id) => pressOn(element, id, 'e')],
    ['where it is asked whether to delete', (element, id) => pressOn(element, id, 'Delete')],
    ['while a deletion can be undone', confirmDeletion],
    ['with the actions for fingers', tap],
  ]
  test.each(scenes)('%s', async (_, set) => {
    for (const theme of ['light', 'dark']) {
      const { element, server, roomId, first, last } = await conversation({ set: { theme } })
      server.edit(last, 'last, edited', roomId)
      await set(element, first)
      expect(await violations(element)).toEqual([])
      element.remove()
    }
  })
})

describe('the line of what was missed', () => {
  test('counts no message that is deleted afterwards, and goes with the last', async () => {
    const { element, server, roomId } = await conversation()
    server.goOffline()
    const missed = ['one', 'two'].map((text) => server.sayAs('Grace', text, roomId))
    server.goOnline()
    await eventually(() => expect(find(element, '.divider').innerText).toContain('2 messages'))
    const later = server.sayAs('Grace', 'later', roomId)
    await eventually(() => expect(bubbles(element)).toContain('later'))
    server.delete(later, 'Grace', roomId)
    await eventually(() => expect(bubbles(element)).not.toContain('later'))
    expect(find(element, '.divider').innerText).toContain('2 messages')
    server.delete(missed[0]!, 'Grace', roomId)
    await eventually(() => expect(find(element, '.divider').innerText).toContain('1 message'))
    server.delete(missed[1]!, 'Grace', roomId)
    await eventually(() => expect(findAll(element, '.divider')).toEqual([]))
  })
})

describe('what others change is announced', () => {
  test('of the newest message, an edit when its author pauses, a deletion at once; and nothing of those before', async () => {
    const { element, server, roomId } = await conversation()
    const heard: string[] = []
    const region = find(element, '[aria-live=polite]')
    const watcher = new MutationObserver(() => heard.push(region.textContent))
    watcher.observe(region, { subtree: true, characterData: true, childList: true })
    const [older, newest] = ['older', 'newest'].map((text) => server.sayAs('Grace', text, roomId)) as [
      string,
      string,
    ]
    await eventually(() => expect(spoken(element)).toBe('Grace: older\nGrace: newest'))
    server.edit(older, 'older, edited', roomId)
    for (const text of ['n', 'ne', 'new']) server.edit(newest, text, roomId)
    await eventually(() => expect(spoken(element)).toBe('Grace, edited: new'))
    server.react(newest, '👍', 'Bob', roomId)
    server.delete(older, undefined, roomId)
    await eventually(() => expect(spoken(element)).toBe(''))
    server.delete(newest, undefined, roomId)
    await eventually(() => expect(spoken(element)).toBe('Grace: Message deleted'))
    expect(heard, 'whatever is deleted leaves the region').toEqual([
      'Grace: older\nGrace: newest',
      'Grace, edited: new',
      '',
      'Grace: Message deleted',
    ])
    watcher.disconnect()
  })
})
