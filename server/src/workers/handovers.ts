/**
 * Sockets being handed to a worker. Node hands over one at a time and queues the others per worker; if the worker dies
 * or hangs, Node forgets them, open and unread.
 */
import type { Worker } from 'node:cluster'
import type { Socket } from 'node:net'

const LOOK_EVERY_MS = 1_000
/** A client that has waited this long has given up or soon will. */
const WITHIN_MS = 10_000

export interface Handovers {
  begun(socket: Socket, worker: number): void
  /** The worker is gone: clients still on the way to it may try again. */
  failed(worker: Worker): void
  close(): void
}

export function watchHandovers(): Handovers {
  const underWay = new Map<Socket, { worker: number; since: number }>()

  function look(): void {
    for (const [socket, { since }] of underWay) {
      if (!hasLeft(socket) && performance.now() - since < WITHIN_MS) continue
      underWay.delete(socket)
      if (!hasLeft(socket)) socket.destroy()
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return {
    begun: (socket, worker) => void underWay.set(socket, { worker, since: performance.now() }),
    failed(worker) {
      for (const [socket, target] of underWay) {
        if (target.worker !== worker.id) continue
        underWay.delete(socket)
        socket.destroy()
      }
      closePending(worker)
    },
    close: () => clearInterval(timer),
  }
}

/**
 * The connection that was sent but not confirmed. Node keeps it in a separate field until it is confirmed, even if the
 * worker is gone, so its client would wait for ever.
 */
function closePending({ process }: Worker): void {
  const child = process as typeof process & { _pendingMessage?: { handle: { close(): void } } | null }
  child._pendingMessage?.handle.close()
  child._pendingMessage = null
}

/** Node detaches the handle from the socket when it sends it. */
function hasLeft(socket: Socket): boolean {
  return socket.destroyed || socket.pending
}
