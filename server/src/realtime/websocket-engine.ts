/**
 * The WebSocket server below Engine.IO, which hands it no limits of its own beyond the size of a message, and which never
 * sees the control frames that a client sends.
 */
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'

/** Of one message. Clients send theirs whole; a proxy may cut one into pieces of its buffer, of 4 KB say. */
const MAX_FRAGMENTS = 64
/** Pieces in which a message may arrive: a frame of 64 KB in the smallest packets of the internet is 122. */
const MAX_BUFFERED_CHUNKS = 256
/** For the other side to answer a close. The connection and what waits for it are kept until then. */
const CLOSE_WITHIN_MS = 5_000
/** Pings and pongs of one connection. Browsers send none unasked, and other clients and proxies one in some seconds. */
const CONTROL_FRAMES_PER_SECOND = 50

/** What the engine is given, and the installed types do not know yet. */
interface Bounds {
  maxFragments: number
  maxBufferedChunks: number
  closeTimeout: number
}

interface CountedFrames {
  windowStart: number
  count: number
}

/** @param onHostile called for each connection that is ended for its control frames */
export function boundedWebSocketServer(
  onHostile: () => void,
): new (options: ServerOptions) => WebSocketServer {
  /** Only of those that have sent one: a usual client never does, and costs nothing here. */
  const counted = new WeakMap<WebSocket, CountedFrames>()

  // One function for all connections; a closure of its own would cost each of them.
  function count(this: WebSocket): void {
    const now = performance.now()
    const frames = counted.get(this)
    if (!frames || now - frames.windowStart >= 1_000) {
      counted.set(this, { windowStart: now, count: 1 })
      return
    }
    frames.count += 1
    if (frames.count <= CONTROL_FRAMES_PER_SECOND) return
    // What has been received with it is still parsed, and no longer counts.
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
