/** The bad network on a real one: an echo behind the proxy. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { until } from '../../server/test/support/until.js'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'

/** @returns the proxy, and a connection through it with everything that came back */
async function throughProxy(): Promise<{
  proxy: TcpProxy
  call(): Promise<{ socket: Socket; heard(): string }>
}> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await startTcpProxy({ target: () => ({ host: '127.0.0.1', port }), isSpread: true })
  onTestFinished(async () => {
    await proxy.close()
    server.close()
  })
  return {
    proxy,
    async call() {
      const socket = connect(proxy.port, '127.0.0.1')
      let text = ''
      socket.on('error', () => {}).on('data', (data) => (text += data.toString()))
      onTestFinished(() => void socket.destroy())
      await once(socket, 'connect')
      return { socket, heard: () => text }
    },
  }
}

const settled = () => new Promise((done) => setTimeout(done, 60))

describe('a bad network', () => {
  it('hangs: what was sent meanwhile arrives afterwards, all of it', async () => {
    const { proxy, call } = await throughProxy()
    const { socket, heard } = await call()
    proxy.hang()
    socket.write('one')
    await settled()
    expect(heard()).toBe('')
    proxy.heal()
    await until(() => expect(heard()).toBe('one'))
  })

  it('hangs in one direction only, also for connections made meanwhile', async () => {
    const { proxy, call } = await throughProxy()
    proxy.hang('back')
    const { socket, heard } = await call()
    socket.write('one')
    await settled()
    expect(heard()).toBe('')
    proxy.heal()
    await until(() => expect(heard()).toBe('one'))
  })

  it('breaks: connections end and none is made until it heals', async () => {
    const { proxy, call } = await throughProxy()
    const { socket } = await call()
    proxy.cut()
    await once(socket, 'close')
    const refused = await call()
    await once(refused.socket, 'close')
    proxy.heal()
    const { socket: again, heard } = await call()
    again.write('one')
    await until(() => expect(heard()).toBe('one'))
    proxy.kick()
    await once(again, 'close')
  })

  it('forgets: the connection stays and nothing arrives, ever; a new one works', async () => {
    const { proxy, call } = await throughProxy()
    const old = await call()
    old.socket.write('one')
    await until(() => expect(old.heard()).toBe('one'))
    proxy.forget()
    old.socket.write('two')
    const fresh = await call()
    fresh.socket.write('three')
    await until(() => expect(fresh.heard()).toBe('three'))
    expect(old.heard()).toBe('one')
    expect(old.socket.destroyed).toBe(false)
  })

  it('is slow, by time and by rate, and keeps the order', async () => {
    const { proxy, call } = await throughProxy()
    const { socket, heard } = await call()
    proxy.delay(50)
    const startedAt = performance.now()
    for (const word of ['one ', 'two ', 'three']) socket.write(word)
    await until(() => expect(heard()).toBe('one two three'))
    expect(performance.now() - startedAt).toBeGreaterThan(90)
    proxy.heal()
    proxy.slowDown(0)
    socket.write('!')
    await settled()
    expect(heard()).toBe('one two three')
    proxy.heal()
    await until(() => expect(heard()).toBe('one two three!'))
  })

  it('keeps the order when a delay ends, grows or shrinks', async () => {
    const { proxy, call } = await throughProxy()
    const { socket, heard } = await call()
    const say = async (word: string) => {
      socket.write(word)
      // Each word is a chunk of its own, and has met the delay.
      await settled()
    }
    proxy.delay(1_000)
    await say('one ')
    proxy.delay(200)
    await say('two ')
    proxy.delay(1)
    await say('three ')
    proxy.heal()
    await say('four')
    await until(() => expect(heard()).toHaveLength('one two three four'.length))
    expect(heard()).toBe('one two three four')
  })

  it('lets nothing arrive while it hangs, also what was on its way', async () => {
    const { proxy, call } = await throughProxy()
    const { socket, heard } = await call()
    proxy.delay(50)
    socket.write('one ')
    proxy.hang()
    await settled()
    await settled()
    expect(heard()).toBe('')
    proxy.heal()
    await until(() => expect(heard()).toBe('one '))
  })

  it('loses what is on its way when it forgets', async () => {
    const { proxy, call } = await throughProxy()
    const { socket, heard } = await call()
    proxy.delay(1_000)
    socket.write('one')
    await settled()
    proxy.forget()
    proxy.heal()
    await settled()
    expect(heard()).toBe('')
  })
})
