import type { Server } from 'socket.io'

/** The parts of Socket.IO that delivery needs: who is in a channel, and access to its adapter. */
export type SocketServer = Pick<Server, 'adapter' | 'sockets'>
