/** A TCP proxy that can cut, refuse, hang: a bad network between two real parts. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TcpProxy {
  port: number
  /** Ends every open connection; new ones are refused until `heal`. */
  cut(): void
  /** Bytes stop flowing, connections stay: half open. */
  hang(): void
  /** Bytes towards the client stop once the server has seen this text; the connection then ends. */
  loseAnswerAfter(text: string): void
  heal(): void
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>()
  let state: 'open' | 'cut' | 'hung' = 'open'
  let fatal: string | undefined

  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy()
      return
    }
    const far = connect(target)
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    let isMute = false
    near.on('data', (data) => {
      if (state === 'hung') return
      if (fatal !== undefined && data.includes(fatal)) {
        isMute = true
        fatal = undefined
      }
      far.write(data)
    })
    far.on('data', (data) => {
      if (state === 'hung') return
      if (isMute) near.destroy()
      else near.write(data)
    })
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))

  function cut(): void {
    state = 'cut'
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  onTestFinished(
    () =>
      new Promise<void>((done) => {
        cut()
        server.close(() => done())
      }),
  )
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    hang: () => (state = 'hung'),
    loseAnswerAfter: (text) => (fatal = text),
    heal: () => (state = 'open'),
  }
}
