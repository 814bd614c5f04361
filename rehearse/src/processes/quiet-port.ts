/** A free port for a server that will be killed and started again on it while its clients keep trying. */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports a system gives to outgoing connections (Linux: from 32768): one of those could be taken by a
 * reconnecting client while the server is down, or even connect to itself.
 */
const [LOWEST, HIGHEST] = [10_000, 32_767]

export async function quietPort(): Promise<number> {
  const port = randomInt(LOWEST, HIGHEST + 1)
  return (await isFree(port)) ? port : quietPort()
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
