/** The WebSocket server below Engine.IO, which hands it no limits of its own beyond the size of a message. */
import { WebSocketServer, type ServerOptions } from 'ws'

/** Of one message. Clients send theirs whole; a proxy may cut one into pieces of its buffer, of 4 KB say. */
const MAX_FRAGMENTS = 64
/** Pieces in which a message may arrive: a frame of 64 KB in the smallest packets of the internet is 122. */
const MAX_BUFFERED_CHUNKS = 256
/** For the other side to answer a close. The connection and what waits for it are kept until then. */
const CLOSE_WITHIN_MS = 5_000

/** What the engine is given, and the installed types do not know yet. */
interface Bounds {
  maxFragments: number
  maxBufferedChunks: number
  closeTimeout: number
}

export class BoundedWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    const bounds: Bounds = {
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      closeTimeout: CLOSE_WITHIN_MS,
    }
    super({ ...options, ...bounds })
  }
}
