import { expect, test } from 'vitest'
import { Language } from './language.js'
import { ar } from './locales/ar.js'
import { ar as arConversation } from './locales/conversation-ar.js'
import { de as deConversation } from './locales/conversation-de.js'
import { en as enConversation } from './locales/conversation-en.js'
import { es as esConversation } from './locales/conversation-es.js'
import { de } from './locales/de.js'
import { en } from './locales/en.js'
import { englishLauncher } from './locales/english-launcher.js'
import { englishPeople } from './locales/english-people.js'
import { englishRefusal } from './locales/english-refusal.js'
import { es } from './locales/es.js'
import { addEnglish, english as spoken, findLocale, registerLocale } from './locales/index.js'
import type { Strings } from './locales/strings.js'

const english: Strings = { ...en, ...englishLauncher, ...englishPeople, ...englishRefusal, ...enConversation }
const whole = {
  ar: { ...ar, ...arConversation },
  de: { ...de, ...deConversation },
  es: { ...es, ...esConversation },
}
const keys = Object.keys(english) as (keyof Strings)[]
const blanks = (entry: Strings[keyof Strings]): Set<string> =>
  new Set(JSON.stringify(typeof entry === 'string' ? entry : entry.other).match(/\{\w+\}/g))

test.each(Object.entries(whole))('%s has every word, with the same blanks', (_, strings) => {
  for (const key of keys) expect([key, blanks(strings[key])]).toEqual([key, blanks(english[key])])
})

test('words that a part brings are added to what is spoken, not to the words of the first view', () => {
  addEnglish(englishPeople)
  expect(spoken).toMatchObject(englishPeople)
  expect(en).not.toHaveProperty('peopleTitle')
})

test('plurals follow the language', () => {
  const arabic = new Language({ tag: 'ar', strings: ar })
  expect(arabic.text('newMessages', { n: 2 })).toBe('رسالتان جديدتان')
  expect(new Language({ tag: 'en', strings: en }).text('newMessages', { n: 1_234 })).toBe(
    '1,234 new messages',
  )
  expect(arabic.direction).toBe('rtl')
})

test('a name that looks like a blank stays a name', () => {
  expect(new Language({ tag: 'en', strings: en }).text('typingTwo', { a: '{b}', b: 'Bob' })).toBe(
    '{b} and Bob are typing',
  )
})

test('days are relative for two days, then named, with the year only when it is another', () => {
  const { day } = {
    day: (at: Date) => new Language({ tag: 'en-GB', strings: en }).day(+at, +new Date(2026, 2, 10, 9)),
  }
  expect(day(new Date(2026, 2, 10, 0))).toBe('Today')
  expect(day(new Date(2026, 2, 9, 23))).toBe('Yesterday')
  expect(day(new Date(2026, 2, 3))).toBe('Tuesday 3 March')
  expect(day(new Date(2025, 2, 3))).toContain('2025')
})

test('the closest language is taken; a tag that is none does no harm', () => {
  expect(findLocale(['xx', 'EN-gb']).tag).toBe('EN-gb')
  expect(findLocale(['de-AT']).tag).toBe('de-AT')
  expect(findLocale(['en-!!', 'tlh']).tag).toBe('en')
  expect(findLocale(['constructor', '__proto__']).tag).toBe('en')
})

test('a page’s own words complete a language that comes with the widget, and win over its', async () => {
  registerLocale('de', { send: 'Ab damit' })
  const { strings, loading } = findLocale(['de'])
  expect(strings).toEqual({ send: 'Ab damit' })
  registerLocale('de', { retry: 'Noch einmal' })
  await loading
  expect(findLocale(['de'])).toEqual({
    tag: 'de',
    strings: { ...de, send: 'Ab damit', retry: 'Noch einmal' },
  })
})
