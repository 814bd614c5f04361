/**
 * The WebSocket server below Engine.IO, with the limits that Engine.IO does not set beyond the message size. Engine.IO
 * never sees control frames, so they are limited here.
 */
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'

/**
 * Fragments of one message. Clients send messages whole; a proxy may split one into pieces of its buffer size, such as
 * 4 KB.
 */
const MAX_FRAGMENTS = 64
/** Chunks in which a message may arrive: a frame of 64 KB in the smallest packets on the internet has 122. */
const MAX_BUFFERED_CHUNKS = 256
/** How long the other side has to answer a close. The connection and its queue are kept until then. */
const CLOSE_WITHIN_MS = 5_000
/** Pings and pongs of one connection. Browsers send none unasked, other clients and proxies one every few seconds. */
const CONTROL_FRAMES_PER_SECOND = 50

/** Options for the engine that the installed types do not have yet. */
interface Bounds {
  maxFragments: number
  maxBufferedChunks: number
  closeTimeout: number
}

interface CountedFrames {
  windowStart: number
  count: number
}

/** @param onHostile called for each connection that is ended because of its control frames */
export function boundedWebSocketServer(
  onHostile: () => void,
): new (options: ServerOptions) => WebSocketServer {
  /** Only for connections that have sent one, so that a typical client costs nothing. */
  const counted = new WeakMap<WebSocket, CountedFrames>()

  // One function for all connections, because separate closures would cost memory.
  function count(this: WebSocket): void {
    const now = performance.now()
    const frames = counted.get(this)
    if (!frames || now - frames.windowStart >= 1_000) {
      counted.set(this, { windowStart: now, count: 1 })
      return
    }
    frames.count += 1
    if (frames.count <= CONTROL_FRAMES_PER_SECOND) return
    // Frames received together with it are still parsed but no longer count.
    this.off('ping', count).off('pong', count)
    onHostile()
    this.terminate()
  }

  return class BoundedWebSocketServer extends WebSocketServer {
    constructor(options: ServerOptions) {
      const bounds: Bounds = {
        maxFragments: MAX_FRAGMENTS,
        maxBufferedChunks: MAX_BUFFERED_CHUNKS,
        closeTimeout: CLOSE_WITHIN_MS,
      }
      super({ ...options, ...bounds })
    }

    override handleUpgrade(...[request, socket, head, done]: Parameters<WebSocketServer['handleUpgrade']>) {
      super.handleUpgrade(request, socket, head, (webSocket, of) => {
        done(webSocket.on('ping', count).on('pong', count), of)
      })
    }
  }
}
