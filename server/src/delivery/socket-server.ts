import type { Server } from 'socket.io'

/** The parts of Socket.IO that delivery needs: who is in a channel, and access to its adapter. */
export type SocketServer = Pick<Server, 'adapter' | 'sockets'>

/** Who is in a channel on this node. What a socket is below its public type, broadcast.ts looks at by itself. */
export interface LocalSockets {
  readonly sockets: {
    readonly adapter: { readonly rooms: ReadonlyMap<string, ReadonlySet<string>> }
    readonly sockets: ReadonlyMap<string, unknown>
  }
}
