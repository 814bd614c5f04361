/** Ports on the loopback interface: a free one, and whether a certain one is taken. */
import { createServer } from 'node:net'

export const freePort = () => listen(0)

/** Resolves to false when another program listens there. */
export const isPortFree = (port, host) =>
  listen(port, host).then(
    () => true,
    (error) => {
      if (error.code === 'EADDRINUSE') return false
      throw error
    },
  )

function listen(port, host = '127.0.0.1') {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, host, () => {
      const { port: actual } = server.address()
      server.close(() => resolve(actual))
    })
  })
}
