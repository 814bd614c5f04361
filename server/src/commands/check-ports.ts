/**
 * Checks that the ports are available before anything else, because the rest of a start takes long and leaves files.
 * They are released afterwards, so that no request waits on them for a server that is not ready.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { Config } from '../config.js'

/** @throws the system's error for a port, with the `variable` that sets it */
export async function checkPorts({
  host,
  port,
  apiPort,
}: Pick<Config, 'host' | 'port' | 'apiPort'>): Promise<void> {
  const held: Server[] = []
  try {
    held.push(await hold(host, port, 'PORT'))
    // At the same time, because the ports must differ.
    if (apiPort !== undefined) held.push(await hold(host, apiPort, 'API_PORT'))
  } finally {
    await Promise.all(held.map(release))
  }
}

async function hold(host: string, port: number, variable: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  try {
    await once(server.listen({ host, port }), 'listening')
    return server
  } catch (error) {
    throw Object.assign(error as Error, { variable })
  }
}

async function release(server: Server): Promise<void> {
  await once(server.close(), 'close')
}
