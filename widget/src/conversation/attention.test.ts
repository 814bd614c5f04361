import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Attention } from './attention.js'

let root: HTMLElement
let attention: Attention
const pressed = vi.fn<(id: string) => void>()

beforeEach(() => {
  vi.useFakeTimers()
  pressed.mockReset()
  root = document.createElement('div')
  for (const id of ['one', 'two']) {
    const message = document.createElement('div')
    message.className = 'message'
    message.dataset['key'] = id
    const bubble = document.createElement('div')
    bubble.className = 'bubble'
    message.append(bubble)
    root.append(message)
  }
  document.body.append(root)
  attention = new Attention({ moved() {}, pressed })
  attention.listen(root)
})
afterEach(() => {
  attention.forget()
  root.remove()
  vi.useRealTimers()
})

function point(name: string, id: string, clientX: number, pointerType = 'mouse'): void {
  const target = root.querySelector(`[data-key="${id}"] .bubble`)!
  target.dispatchEvent(new PointerEvent(name, { bubbles: true, clientX, clientY: 5, pointerType }))
}

test('the message where the pointer rests has it', () => {
  point('pointerover', 'one', 1)
  vi.advanceTimersByTime(70)
  expect(attention.id).toBeUndefined()
  vi.advanceTimersByTime(10)
  expect(attention.id).toBe('one')
})

test('a pointer that moves about within a message rests there', () => {
  point('pointerover', 'one', 1)
  for (let x = 2; x < 12; x += 1) {
    point('pointermove', 'one', x)
    vi.advanceTimersByTime(10)
  }
  expect(attention.id).toBe('one')
})

test('a message that is scrolled below a pointer that lies still does not take it', () => {
  point('pointerover', 'one', 1)
  vi.advanceTimersByTime(100)
  attention.turnTo('one')
  point('pointerover', 'two', 1)
  vi.advanceTimersByTime(100)
  expect(attention.id).toBe('one')
  point('pointermove', 'two', 2)
  vi.advanceTimersByTime(100)
  expect(attention.id).toBe('two')
})

test('a key takes it from the pointer, and the next movement gives it back', () => {
  point('pointerover', 'one', 1)
  vi.advanceTimersByTime(100)
  attention.turnTo('two')
  expect(attention.id).toBe('two')
  point('pointermove', 'one', 2)
  vi.advanceTimersByTime(100)
  expect(attention.id).toBe('one')
})

test('a finger that rests presses once; one that moves scrolls', () => {
  point('pointerdown', 'one', 1, 'touch')
  point('pointermove', 'one', 30, 'touch')
  vi.advanceTimersByTime(600)
  expect(pressed).not.toHaveBeenCalled()
  point('pointerdown', 'one', 1, 'touch')
  point('pointermove', 'one', 5, 'touch')
  vi.advanceTimersByTime(600)
  point('pointerup', 'one', 5, 'touch')
  expect(pressed).toHaveBeenCalledExactlyOnceWith('one')
  expect(attention.id).toBeUndefined()
})
