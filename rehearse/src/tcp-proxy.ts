/**
 * A bad network between two real parts: a TCP proxy that can refuse, hang, forget, delay and slow down, also in one
 * direction only, and let single pushes of Redis vanish.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createDelayLine, type DelayLine } from './delay-line.js'
import { createFrameFilter } from './resp-frames.js'

/** Towards the target, or back from it. */
export type Direction = 'out' | 'back'
const BOTH: readonly Direction[] = ['out', 'back']

export interface Target {
  host: string
  port: number
  /** Speaks TLS to the target; what connects to the proxy speaks plainly. */
  isTls?: boolean
}

export interface TcpProxy {
  readonly port: number
  /** Ends every open connection; new ones are welcome. */
  kick(): void
  /** Ends every open connection and refuses new ones until `heal`. */
  cut(): void
  /** Bytes wait: nothing is lost, nothing arrives until `heal`. */
  hang(...directions: Direction[]): void
  /** Open connections become half open for ever: both ends think they live, nothing arrives. New ones work. */
  forget(): void
  /** Bytes arrive this much later; those that are on their way when it heals, at once. */
  delay(ms: number): void
  /** At most so many bytes a second come back from the target; 0 is none. */
  slowDown(bytesPerSecond: number): void
  /** The next pushes of Redis that contain this text vanish. */
  losePushes(text: string, count: number): void
  readonly lostPushes: number
  heal(): void
  close(): Promise<void>
}

interface Line {
  from: Socket
  to: Socket
  direction: Direction
  delay: DelayLine
}

export interface ProxyOptions {
  /** Asked for each connection: it may move. Undefined: nobody is there. */
  target: () => Target | undefined
  /** Makes every connection seem to come from another address of this machine (Linux). */
  isSpread?: boolean
  /** Reads the values of Redis, so that pushes can be lost. */
  isRedis?: boolean
}

const SLOW_TICK_MS = 50

export async function startTcpProxy({
  target,
  isSpread = false,
  isRedis = false,
}: ProxyOptions): Promise<TcpProxy> {
  const lines = new Set<Line>()
  const forgotten = new WeakSet<Line>()
  let isRefusing = false
  let hung: readonly Direction[] = []
  let delayMs = 0
  let bytesPerSecond: number | undefined
  let losing = { text: '', left: 0 }
  let lostPushes = 0
  let opened = 0

  const isLost = (frame: Buffer): boolean => {
    if (losing.left === 0 || !frame.includes(losing.text)) return false
    losing.left -= 1
    lostPushes += 1
    return true
  }

  const server = createServer((near) => {
    const to = isRefusing ? undefined : target()
    if (!to) {
      near.destroy()
      return
    }
    opened += 1
    const far = to.isTls
      ? connectTls({ ...to, servername: to.host })
      : connect({
          ...to,
          ...(isSpread && process.platform === 'linux' && { localAddress: loopbackAddress(opened) }),
        })
    for (const socket of [near, far]) socket.setNoDelay(true)
    const both = [
      carry(near, far, 'out', to.isTls ? rewriteHost(to.host) : undefined),
      carry(far, near, 'back', isRedis ? createFrameFilter(isLost) : undefined),
    ]
    const end = () => {
      for (const line of both) {
        lines.delete(line)
        line.delay.lose()
      }
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('error', end)
    // What was sent before the end still arrives.
    near.on('end', () => far.end()).on('close', end)
    far.on('end', () => near.end()).on('close', end)
  })

  function carry(
    from: Socket,
    to: Socket,
    direction: Direction,
    rewrite: (chunk: Buffer) => Buffer = (chunk) => chunk,
  ): Line {
    const delay = createDelayLine({
      delayMs: () => delayMs,
      isHeld: () => isHeld(direction),
      arrive(data) {
        if (!to.writable || to.write(data)) return
        from.pause()
        to.once('drain', () => isHeld(direction) || from.resume())
      },
    })
    const line: Line = { from, to, direction, delay }
    lines.add(line)
    if (isHeld(direction)) from.pause()
    from.on('data', (chunk: Buffer) => {
      if (forgotten.has(line)) return
      const data = rewrite(chunk)
      if (data.length === 0) return
      delay.send(data)
      if (direction === 'back' && bytesPerSecond !== undefined) restAfter(from, data.length)
    })
    return line
  }

  function isHeld(direction: Direction): boolean {
    return hung.includes(direction) || (direction === 'back' && bytesPerSecond === 0)
  }

  /** A chunk now, and then nothing until it would have been through. */
  function restAfter(from: Socket, bytes: number): void {
    from.pause()
    if (!bytesPerSecond) return
    const restMs = Math.max(SLOW_TICK_MS, (bytes / bytesPerSecond) * 1_000)
    setTimeout(() => isHeld('back') || from.resume(), restMs).unref()
  }

  function flow(): void {
    for (const { from, direction, delay } of lines)
      if (isHeld(direction)) from.pause()
      else {
        from.resume()
        delay.flow()
      }
  }

  function kick(): void {
    for (const { from } of lines) from.destroy()
  }

  await listening(server)
  return {
    port: (server.address() as AddressInfo).port,
    get lostPushes() {
      return lostPushes
    },
    kick,
    cut() {
      isRefusing = true
      kick()
    },
    hang(...directions) {
      hung = directions.length > 0 ? directions : BOTH
      flow()
    },
    forget() {
      for (const line of lines) {
        forgotten.add(line)
        line.delay.lose()
      }
    },
    delay: (ms) => void (delayMs = ms),
    slowDown(rate) {
      bytesPerSecond = rate
      flow()
    },
    losePushes: (text, count) => void (losing = { text, left: count }),
    heal() {
      isRefusing = false
      hung = []
      delayMs = 0
      bytesPerSecond = undefined
      losing = { text: '', left: 0 }
      for (const { delay } of lines) delay.hurry()
      flow()
    },
    close: () =>
      new Promise((done) => {
        kick()
        server.close(() => done())
      }),
  }
}

function listening(server: Server): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', done)
  })
}

/** 127.0.0.0/8 is all this machine; 127.0.0.x is left to others. */
function loopbackAddress(n: number): string {
  return `127.${1 + (Math.floor(n / 62_500) % 200)}.${1 + (Math.floor(n / 250) % 250)}.${1 + (n % 250)}`
}

/** The target serves its own name only. */
function rewriteHost(host: string): (chunk: Buffer) => Buffer {
  return (chunk) => {
    const text = chunk.toString('latin1')
    if (!/^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(text)) return chunk
    return Buffer.from(text.replace(/\r\nHost: [^\r]*/i, `\r\nHost: ${host}`), 'latin1')
  }
}
