import { describe, expect, test } from 'vitest'
import { mayReadMetrics } from './metrics-access.js'

const TOKEN = 'the token of the operator'.replaceAll(' ', '-')

function may(
  caller: { address?: string; headers?: Record<string, string>; httpVersion?: string },
  token?: string,
): boolean {
  const { address = '127.0.0.1', headers = {}, httpVersion = '1.1' } = caller
  return mayReadMetrics(
    { headers: { host: 'localhost:3000', ...headers }, httpVersion, remoteAddress: address },
    token,
  )
}

describe('a caller on this machine', () => {
  test.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    'may, as %s',
    (address) => {
      expect(may({ address })).toBe(true)
    },
  )

  test.each(['127.0.0.1:3000', 'LOCALHOST', '[::1]:3000', '127.9.9.9'])('may ask for the host %s', (host) => {
    expect(may({ headers: { host } })).toBe(true)
  })

  test.each([
    'forwarded',
    'via',
    'x-real-ip',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-anything',
    'cf-connecting-ip',
    'true-client-ip',
  ])('is none when a proxy passed the request on, which shows in %s', (header) => {
    expect(may({ headers: { [header]: '' } })).toBe(false)
  })

  test('is none when the proxy shows by the public host alone, or speaks HTTP/1.0 as nginx does by itself', () => {
    for (const host of ['chat.example', 'localhost.evil.example', '127.0.0.1.evil.example', ''])
      expect(may({ headers: { host } })).toBe(false)
    expect(may({ httpVersion: '1.0' })).toBe(false)
  })
})

describe('everybody else', () => {
  test.each(['10.0.0.1', '192.168.1.1', '::2', '2001:db8::1', '::ffff:10.0.0.1', '', 'nobody'])(
    'may not without the token: %s',
    (address) => {
      expect(may({ address })).toBe(false)
      expect(may({ address }, TOKEN)).toBe(false)
      expect(may({ address, headers: { authorization: `Bearer ${TOKEN}` } }, TOKEN)).toBe(true)
    },
  )

  test.each([
    'Bearer wrong',
    'Bearer',
    'Bearer ',
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN}x`,
    'Bearer undefined',
  ])('may not with another one: %s', (authorization) => {
    const stranger = { address: '10.0.0.1', headers: { authorization } }
    expect(may(stranger, TOKEN)).toBe(false)
    expect(may(stranger)).toBe(false)
  })

  test('may with the token through a proxy', () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '1.2.3.4', host: 'chat.example' }
    expect(may({ headers }, TOKEN)).toBe(true)
  })
})
