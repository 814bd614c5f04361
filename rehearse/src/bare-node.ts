/**
 * A node of the comparison, in a process of its own: a chat room as Socket.IO and its sharded Redis adapter give it by
 * themselves, with every default. A message is emitted to the room and acked at once; nothing is stored.
 */
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { createShardedAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'

const ROOM = 'room'

const publisher = new Redis(Number(process.env.REHEARSE_REDIS_PORT))
const subscriber = publisher.duplicate()
const http = createServer()
const io = new Server(http, {
  adapter: createShardedAdapter(publisher, subscriber, { subscriptionMode: 'dynamic' }),
})

io.on('connection', (socket) => {
  void socket.join(ROOM)
  socket.on('say', (text: string, ack: () => void) => {
    io.to(ROOM).emit('said', text)
    ack()
  })
})

http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(http.address() as AddressInfo).port}\n`)
})
