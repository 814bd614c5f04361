import type { Server } from 'socket.io'

/** What delivering needs of Socket.IO: who is in a channel, and the seam of its adapter. */
export type SocketServer = Pick<Server, 'adapter' | 'sockets'>
