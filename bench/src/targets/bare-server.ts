/**
 * The room to win against, in a process of its own: what a developer writes with Socket.IO in an afternoon, on its
 * defaults. A message is emitted to the room and acked immediately; nothing is stored, checked or numbered.
 */
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { createShardedAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'

interface Said {
  room: string
  id: string
  text: string
}

const { BENCH_REDIS_PORT } = process.env
const http = createServer()
const io = new Server(http)
if (BENCH_REDIS_PORT !== undefined) {
  const publisher = new Redis(Number(BENCH_REDIS_PORT))
  io.adapter(createShardedAdapter(publisher, publisher.duplicate(), { subscriptionMode: 'dynamic' }))
}

io.on('connection', (socket) => {
  const user = { id: socket.id, name: String(socket.handshake.auth.name) }

  socket.on(
    'room:join',
    async ({ room, announce }: { room: string; announce?: boolean }, ack: (answer: object) => void) => {
      await socket.join(room)
      if (announce) {
        io.to(room).emit('joined', user)
        socket.on('disconnect', () => io.to(room).emit('left', user.id))
      }
      ack({ ok: true })
    },
  )

  socket.on('message:send', ({ room, id, text }: Said, ack: (answer: object) => void) => {
    io.to(room).emit('message', { id, at: Date.now(), user, text })
    ack({ ok: true, id })
  })
})

http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(http.address() as AddressInfo).port}\n`)
})
