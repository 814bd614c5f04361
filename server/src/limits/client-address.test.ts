import { expect, onTestFinished, test, vi } from 'vitest'
import { clientAddress } from './client-address.js'

const behind = (forwarded: string | undefined, hops: number, socket: string | undefined = '10.0.0.1') =>
  clientAddress(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket, hops)

test('without a trusted proxy the header is nothing but a claim', () => {
  expect(behind('1.2.3.4', 0)).toBe('10.0.0.1')
  expect(behind(undefined, 0, undefined)).toBe('10.0.0.1')
  expect(clientAddress({}, undefined, 0)).toBe('unknown')
})

test('each trusted proxy is one step back; what the client put before stays unread', () => {
  expect(behind('6.6.6.6, 1.2.3.4', 1)).toBe('1.2.3.4')
  expect(behind('6.6.6.6, 1.2.3.4, 10.0.0.2', 2)).toBe('1.2.3.4')
  expect(behind(' ,, 1.2.3.4 ,', 1)).toBe('1.2.3.4')
})

test('fewer addresses than trusted proxies give the first there is', () => {
  expect(behind('1.2.3.4', 5)).toBe('1.2.3.4')
  expect(behind(undefined, 5)).toBe('10.0.0.1')
})

test('a list of any length is read from its end, and no further than the address is', () => {
  const long = ','.repeat(15_000)
  const read = vi.spyOn(String.prototype, 'trim')
  onTestFinished(() => void read.mockRestore())
  expect(behind(`${long}1.2.3.4`, 1)).toBe('1.2.3.4')
  expect(behind(`1.2.3.4${long}`, 1)).toBe('10.0.0.1')
  expect(behind('6.6.6.6,'.repeat(1_800) + '1.2.3.4, 10.0.0.2', 2)).toBe('1.2.3.4')
  expect(read.mock.calls.length).toBeLessThan(50)
})

test('a header sent twice is one list', () => {
  expect(clientAddress({ 'x-forwarded-for': ['6.6.6.6', '1.2.3.4'] }, '10.0.0.1', 1)).toBe('1.2.3.4')
})

test('an IPv6 host is its /64, however it is written', () => {
  const same = ['2001:db8:1:2:3:4:5:6', '2001:DB8:1:2::9', '[2001:db8:1:2::9]:443']
  for (const address of same) expect(behind(undefined, 0, address)).toBe('2001:db8:1:2::/64')
  expect(behind(undefined, 0, '::1')).toBe('0:0:0:0::/64')
  expect(behind(undefined, 0, '2001:db8::1')).toBe('2001:db8:0:0::/64')
})

test('two networks whose zeros are folded at different places stay two', () => {
  expect(behind(undefined, 0, '2001::6:7:8:9:a')).toBe('2001:0:0:6::/64')
  expect(behind(undefined, 0, '2001::7:8:9:a')).toBe('2001:0:0:0::/64')
})

test('an IPv4 address in IPv6 clothes, or with a port, is itself', () => {
  expect(behind(undefined, 0, '::ffff:1.2.3.4')).toBe('1.2.3.4')
  expect(behind('1.2.3.4:50123', 1)).toBe('1.2.3.4')
  expect(behind('1.2.3.4:50124', 1)).toBe('1.2.3.4')
})

test.each([
  '::FFFF:1.2.3.4',
  '::ffff:0102:0304',
  '::ffff:102:304',
  '0:0:0:0:0:ffff:1.2.3.4',
  '0000:0000:0000:0000:0000:ffff:0102:0304',
  '[::ffff:1.2.3.4]:443',
  '64:ff9b::1.2.3.4',
])('%s is the same IPv4 address', (address) => {
  expect(behind(address, 1)).toBe('1.2.3.4')
})

test('leading zeros and a zone are no other network', () => {
  expect(behind('2001:0db8:0001:0002::9', 1)).toBe('2001:db8:1:2::/64')
  expect(behind('fe80::1%eth0', 1)).toBe('fe80:0:0:0::/64')
})

test.each(['nobody', '1.2.3', '1.2.3.4.5', '::1::2', '12345::', '', '[', 'x'.repeat(10_000)])(
  'what is no address gets no budget of its own: %.20s',
  (text) => {
    expect(behind(text === '' ? ' ' : text, 1)).toBe(text === '' ? '10.0.0.1' : 'unknown')
  },
)
