import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { checkPorts } from './check-ports.js'
import { plainMessage } from '../process/plain-message.js'

const host = '127.0.0.1'

async function occupiedPort(): Promise<number> {
  const server = createServer().listen(0, host)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

const saidOf = (port: number, apiPort?: number) =>
  checkPorts({ host, port, apiPort }).then(() => undefined, plainMessage)

test('a port that can be had can be had afterwards too', async () => {
  const port = await freePort()
  expect(await saidOf(port)).toBeUndefined()
  expect(await saidOf(port)).toBeUndefined()
})

test('an occupied port is named with the setting that chose it', async () => {
  const [port, occupied] = [await freePort(), await occupiedPort()]
  expect(await saidOf(occupied)).toBe(`unable to listen; port ${occupied} is in use. Set PORT to another.`)
  expect(await saidOf(port, occupied)).toBe(
    `unable to listen; port ${occupied} is in use. Set API_PORT to another.`,
  )
  expect(await saidOf(port), 'the first one is given back').toBeUndefined()
})

test('one port for both is found out', async () => {
  const port = await freePort()
  expect(await saidOf(port, port)).toBe(`unable to listen; port ${port} is in use. Set API_PORT to another.`)
})
