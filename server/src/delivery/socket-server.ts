import type { Server } from 'socket.io'

/** What delivering needs of Socket.IO: who is in a channel. */
export type SocketServer = Pick<Server, 'sockets'>
