import { expect, test } from 'vitest'
import { mistakes } from './setup-check.js'

test.each([
  [{ mode: 'popup' }, 'data-mode="popup" is not understood; there are "inline", "launcher"'],
  [{ mode: 'Launcher' }, 'data-mode="Launcher" is not understood; did you mean "launcher"?'],
  [{ theme: 'purple' }, 'data-theme="purple" is not understood; there are "auto", "light", "dark"'],
  [{ theme: 'drak' }, 'data-theme="drak" is not understood; did you mean "dark"?'],
  [{ density: 'compakt' }, 'data-density="compakt" is not understood; did you mean "compact"?'],
  [{ sound: 'off' }, 'data-sound="off" is not understood; there are "true", "false"'],
  [{ roomFrom: 'url' }, /^data-room-from="url" is not understood; there are "pathname",/],
  [{ roomFrom: 'meta:' }, /^data-room-from="meta:" is not understood/],
  [{ roomform: 'title' }, 'data-roomform is no setting and does nothing; did you mean data-room-from?'],
  [{ ap: 'demo' }, 'data-ap is no setting and does nothing; did you mean data-app?'],
  [{ appId: 'demo' }, 'data-app-id is no setting and does nothing; did you mean data-app?'],
  [{ roomName: 'x' }, 'data-room-name is no setting and does nothing; did you mean data-room?'],
  [{ colour: 'red' }, /^data-colour is no setting and does nothing; there are data-app, data-room,/],
  [{ constructor: 'x' }, /^data-constructor is no setting/],
])('%j is told with what is right', (settings, words) => {
  const found = mistakes(settings)
  expect(found).toHaveLength(1)
  if (typeof words === 'string') expect(found[0]).toBe(words)
  else expect(found[0]).toMatch(words)
})

test('correct settings are not reported', () => {
  for (const roomFrom of ['pathname', 'title', 'og:title', 'canonical', 'meta:topic'])
    expect(mistakes({ app: 'demo', roomFrom, debug: '', sound: 'false', theme: 'dark' })).toEqual([])
  expect(mistakes({ app: 'demo', room: 'a', sound: true, debug: false, mode: 'launcher' })).toEqual([])
})

test('a hostile name or value is cut', () => {
  const [told] = mistakes({ theme: 'x'.repeat(1e6) })
  expect(told!.length).toBeLessThan(200)
})
