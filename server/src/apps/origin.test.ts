import { describe, expect, test } from 'vitest'
import { isOriginAllowed, parseOriginRule } from './origin.js'

describe('rules', () => {
  test.each([
    'https://site.example',
    'http://site.example:8080',
    'https://*.site.example',
    'https://*.site.example:8443',
    'http://localhost:*',
    'http://127.0.0.1:*',
    'http://[::1]:*',
    'HTTPS://Site.Example',
  ])('%s is one', (entry) => expect(parseOriginRule(entry)).toBeDefined())

  test.each([
    '*',
    'null',
    '',
    'site.example',
    '//site.example',
    'https://',
    'https://*',
    'https://*.com',
    'https://*.*.example',
    'https://a*.site.example',
    'https://site.*',
    'https://site.example:*',
    'http://*.localhost:*',
    'https://site.example/',
    'https://site.example/path',
    'https://site.example?x',
    'https://user@site.example',
    'ftp://site.example',
    'javascript:alert(1)',
    `https://${'x'.repeat(300)}.example`,
  ])('%s is none', (entry) => expect(parseOriginRule(entry)).toBeUndefined())
})

describe('origins', () => {
  const entries = [
    'https://site.example',
    'https://*.wild.example',
    'http://localhost:*',
    'https://port.example:8443',
  ]

  test.each([
    'https://site.example',
    'https://SITE.example',
    'https://site.example:443',
    'https://a.wild.example',
    'http://localhost:5173',
    'http://localhost',
    'https://port.example:8443',
  ])('%s is allowed', (origin) => expect(isOriginAllowed(origin, entries)).toBe(true))

  test.each([
    'http://site.example',
    'https://site.example:8443',
    'https://site.example.evil.example',
    'https://evilsite.example',
    'https://sub.site.example',
    'https://wild.example',
    'https://evilwild.example',
    'https://a.b.wild.example',
    'https://a.wild.example:444',
    'https://port.example',
    'https://localhost:5173',
    'http://localhost.evil.example',
    'https://site.example@evil.example',
    'https://site.example/path',
    'null',
    '',
    'file://',
  ])('%s is not', (origin) => expect(isOriginAllowed(origin, entries)).toBe(false))

  test('no rules allow nobody, and a broken rule nothing', () => {
    expect(isOriginAllowed('https://site.example', [])).toBe(false)
    expect(isOriginAllowed('https://site.example', ['*', 'https://site.example/'])).toBe(false)
  })
})
