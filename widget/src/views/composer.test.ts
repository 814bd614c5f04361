import { expect, test } from 'vitest'
import { canSend } from './composer.js'

test('what is invisible cannot be sent', () => {
  for (const draft of ['', ' \n', '\u200b', '\u0007', '\u202e', '\u3164', '\uffa0', '\u2800', '\ufe0f'])
    expect(canSend(draft, 10), draft).toBe(false)
})

test('what this browser has no name for can: an emoji newer than it, a letter of a font of one’s own', () => {
  for (const draft of ['\u{1faff}', '\ue000']) expect(canSend(draft, 10), draft).toBe(true)
})
