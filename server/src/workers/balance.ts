/**
 * Decides which worker gets a connection. New sessions go to the worker with the fewest, including those handed over
 * but not yet reported: @socket.io/sticky's own count is late, which sent a storm to a single worker. Everything else
 * is distributed round-robin.
 */
import { workerOfRequest } from './session-id.js'

/** A worker whose event loop has been blocked for this long is skipped while another one is healthy. */
const SILENT_AFTER_MS = 3_000
/** A handshake that was not reported by then has failed. */
const HANDSHAKE_WITHIN_MS = 10_000
/**
 * Pending handshakes are dealt out in rounds of this many, so that a new worker does not receive the whole crowd of the
 * one it replaces.
 */
const AT_ONCE = 250

interface Load {
  id: number
  state: 'ready' | 'draining'
  sessions: number
  /** When each connection was handed over. */
  handshakes: number[]
  heardAt: number
  chosenAt: number
}

export interface Balance {
  ready(worker: number): void
  draining(worker: number): void
  gone(worker: number): void
  alive(worker: number): void
  opened(worker: number): void
  closed(worker: number): void
  /** @returns the worker, or nothing if none can take a connection. */
  choose(requestLine: string): number | undefined
  readonly sizes: ReadonlyMap<number, number>
}

export function createBalance(now: () => number = () => performance.now()): Balance {
  const loads = new Map<number, Load>()
  let turn = 0

  function candidates(): Load[] {
    const all = [...loads.values()]
    const ready = all.filter(({ state }) => state === 'ready')
    // If no worker accepts connections, stopping ones answer what they can.
    const able = ready.length > 0 ? ready : all
    const well = able.filter(({ heardAt }) => now() - heardAt < SILENT_AFTER_MS)
    return well.length > 0 ? well : able
  }

  function chooseForHandshake(): Load | undefined {
    const oldest = now() - HANDSHAKE_WITHIN_MS
    for (const { handshakes } of loads.values()) while ((handshakes[0] ?? oldest) < oldest) handshakes.shift()
    const chosen = candidates().sort(byLoad)[0]
    chosen?.handshakes.push(now())
    return chosen
  }

  return {
    ready: (id) =>
      void loads.set(id, { id, state: 'ready', sessions: 0, handshakes: [], heardAt: now(), chosenAt: 0 }),
    draining(id) {
      const load = loads.get(id)
      if (load) load.state = 'draining'
    },
    gone: (id) => void loads.delete(id),
    alive(id) {
      const load = loads.get(id)
      if (load) load.heardAt = now()
    },
    opened(id) {
      const load = loads.get(id)
      if (!load) return
      load.handshakes.shift()
      load.sessions += 1
    },
    closed(id) {
      const load = loads.get(id)
      if (load) load.sessions -= 1
    },
    choose(requestLine) {
      const own = workerOfRequest(requestLine)
      if (own !== undefined && loads.has(own)) return own
      const isHandshake = /^[A-Z]+ \/socket\.io\//.test(requestLine)
      const chosen = isHandshake ? chooseForHandshake() : candidates().sort(byTurn)[0]
      if (chosen) chosen.chosenAt = turn += 1
      return chosen?.id
    },
    get sizes() {
      return new Map([...loads.values()].map(({ id, sessions }) => [id, sessions]))
    },
  }
}

const byTurn = (a: Load, b: Load): number => a.chosenAt - b.chosenAt

function byLoad(a: Load, b: Load): number {
  const rounds = (load: Load) => Math.floor(load.handshakes.length / AT_ONCE)
  const size = (load: Load) => load.sessions + load.handshakes.length
  return rounds(a) - rounds(b) || size(a) - size(b) || byTurn(a, b)
}
