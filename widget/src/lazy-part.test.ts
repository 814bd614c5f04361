import { css, LitElement } from 'lit'
import { expect, test, vi } from 'vitest'
import { define } from './define.js'
import { LazyPart } from './lazy-part.js'

class Whole extends LitElement {}
define('lazy-whole', Whole)

async function whole(): Promise<Whole> {
  const element = document.createElement('lazy-whole') as Whole
  document.body.append(element)
  await element.updateComplete
  element.remove()
  return element
}

test('is there after the first fetch, and its styles once, however often it is asked for', async () => {
  const element = await whole()
  const part = new LazyPart(element, async () => ({
    styles: css`
      p {
      }
    `,
    name: 'part',
  }))
  expect(part.loaded).toBeUndefined()
  await Promise.all([part.load(), part.load()])
  expect((await part.load()).name).toBe('part')
  expect(part.loaded?.name).toBe('part')
  expect(element.shadowRoot!.adoptedStyleSheets).toHaveLength(1)
})

test('a failed fetch rejects for its caller, and the next one tries again', async () => {
  const fetch = vi.fn<() => Promise<{ styles: CSSStyleSheet }>>()
  fetch.mockRejectedValueOnce(new TypeError('unreachable')).mockResolvedValue({ styles: new CSSStyleSheet() })
  const part = new LazyPart(await whole(), fetch)
  await expect(part.load()).rejects.toThrow('unreachable')
  expect(part.loaded).toBeUndefined()
  await part.load()
  expect(part.loaded).toBeDefined()
})

test('what nobody waits for comes once, however often it is wanted, and is asked for again after a failure', async () => {
  const fetch = vi.fn<() => Promise<{ styles: CSSStyleSheet }>>()
  fetch.mockRejectedValueOnce(new TypeError('unreachable')).mockResolvedValue({ styles: new CSSStyleSheet() })
  const part = new LazyPart(await whole(), fetch)
  const came = vi.fn()
  for (let i = 0; i < 9; i++) part.want(came)
  expect(fetch).toHaveBeenCalledOnce()
  await vi.waitFor(() => (part.want(came), expect(came).toHaveBeenCalledOnce()), { timeout: 60_000 })
  part.want(came)
  expect(fetch).toHaveBeenCalledTimes(2)
})
