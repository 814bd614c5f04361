/** The comparison's people: bare Socket.IO clients in one room over several bare nodes, who write down the same. */
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { io, type Socket } from 'socket.io-client'
import { startProgram, type Program } from './processes/child-process.js'
import type { Random } from './processes/random.js'
import type { ComparisonResult } from './report.js'
import { pause } from './stage.js'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'
import { waitUntil } from './processes/wait-until.js'

const PROGRAM = fileURLToPath(new URL('./bare-node.js', import.meta.url))
const STARTS_WITHIN_MS = 10_000
/** The adapter alone may hold a message back for ten seconds. */
const QUIET_MS = 20_000

interface BareSeat {
  program: Program
  port: number
  proxy: TcpProxy
}

export interface BareRoom {
  readonly seats: readonly BareSeat[]
  readonly acked: number
  start(): void
  moreAcks(count: number, withinMs: number): Promise<boolean>
  replace(seat: BareSeat): Promise<void>
  judge(fault: string): Promise<ComparisonResult>
  close(): Promise<void>
}

export interface BareRoomOptions {
  redisPort: number
  nodes: number
  writers: number
  readers: number
  random: Random
  pauseMs: readonly [number, number]
}

export async function openBareRoom(options: BareRoomOptions): Promise<BareRoom> {
  const { nodes, random } = options
  const seats: BareSeat[] = []
  const sockets: Socket[] = []
  const seen: string[][] = []
  const acked = new Set<string>()
  let isWriting = false

  const nodeFor = (index: number) => {
    const order = [...seats.slice(index), ...seats.slice(0, index)]
    const seat = order.find(({ program }) => program.isRunning)
    return seat && { host: '127.0.0.1', port: seat.port }
  }
  async function startNode(): Promise<Pick<BareSeat, 'program' | 'port'>> {
    const program = await startProgram(process.execPath, [PROGRAM], {
      env: { PATH: process.env.PATH, REHEARSE_REDIS_PORT: `${options.redisPort}` },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let port = 0
    createInterface(program.child.stdout!).on('line', (line) => (port = Number(line)))
    if (await waitUntil(() => port > 0, STARTS_WITHIN_MS)) return { program, port }
    await program.kill()
    throw new Error('unable to start a bare node; it did not listen in time')
  }
  async function connect(number: number): Promise<Socket> {
    const { proxy } = seats[number % seats.length]!
    const socket = io(`http://127.0.0.1:${proxy.port}`, { forceNew: true, transports: ['websocket'] })
    sockets.push(socket)
    if (await waitUntil(() => socket.connected, STARTS_WITHIN_MS)) return socket
    throw new Error('unable to connect to a bare node')
  }
  async function write(socket: Socket, name: string): Promise<void> {
    const habits = random.fork(name)
    for (let count = 0; isWriting; count += 1) {
      const text = `${name}:${count}`
      socket.emit('say', text, () => acked.add(text))
      await pause(habits.between(...options.pauseMs))
    }
  }

  for (let index = 0; index < nodes; index += 1) {
    const proxy = await startTcpProxy({ target: () => nodeFor(index) })
    seats.push({ ...(await startNode()), proxy })
  }
  for (let number = 0; number < options.readers; number += 1) {
    const texts: string[] = []
    seen.push(texts)
    const socket = await connect(number)
    socket.on('said', (text: string) => texts.push(text))
  }
  const writers: Socket[] = []
  for (let number = 0; number < options.writers; number += 1) writers.push(await connect(number))

  return {
    seats,
    get acked() {
      return acked.size
    },
    start() {
      isWriting = true
      writers.forEach((socket, number) => void write(socket, `writer${number}`))
    },
    moreAcks(count, withinMs) {
      const wanted = acked.size + count
      return waitUntil(() => acked.size >= wanted, withinMs)
    },
    replace: async (seat) => void Object.assign(seat, await startNode()),
    async judge(fault) {
      isWriting = false
      await waitUntil(() => sockets.every((socket) => socket.connected), QUIET_MS)
      await waitUntil(
        () => seen.every((texts) => [...acked].every((text) => texts.includes(text))),
        QUIET_MS,
        1_000,
      )
      return { fault, sent: acked.size, readers: seen.length, ...damage(seen, acked) }
    },
    async close() {
      isWriting = false
      for (const socket of sockets) socket.disconnect()
      for (const { program, proxy } of seats) {
        await program.kill()
        await proxy.close()
      }
    },
  }
}

/** There is no order between writers; each writer's own must hold. */
export function damage(seen: readonly (readonly string[])[], acked: ReadonlySet<string>) {
  const sum = (count: (texts: readonly string[]) => number) =>
    seen.reduce((total, texts) => total + count(texts), 0)
  return {
    lost: sum((texts) => {
      const shown = new Set(texts)
      return [...acked].filter((text) => !shown.has(text)).length
    }),
    doubled: sum((texts) => texts.length - new Set(texts).size),
    outOfOrder: sum(countSteppedBack),
  }
}

function countSteppedBack(texts: readonly string[]): number {
  const last = new Map<string, number>()
  return texts.filter((text) => {
    const [writer = '', count = ''] = text.split(':')
    const isBack = Number(count) < (last.get(writer) ?? -1)
    last.set(writer, Number(count))
    return isBack
  }).length
}
