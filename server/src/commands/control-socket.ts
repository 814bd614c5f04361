/**
 * How the `alcove` command reaches a server that has the embedded database open, which only one process may at a time:
 * over a Unix socket in the data directory. Only the owner may enter the directory, so anyone who can connect could
 * read the database's files as well. Each connection carries one request and one answer, a line of JSON each.
 */
import { chmodSync, mkdirSync } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Logger } from '../process/logger.js'
import type { AppRepository } from '../storage/app-repository.js'
import { shortSocketPath } from '../storage/socket-path.js'

const MAX_REQUEST_CHARACTERS = 1024 * 1024
const WITHIN_MS = 10_000

/** The requests that exist. */
const CALLS = ['find', 'list', 'create', 'updateSettings'] as const satisfies (keyof AppRepository)[]
type Call = (typeof CALLS)[number]

type Answer = { ok: true; result?: unknown } | { ok: false; message: string }

const folderOf = (dataDir: string): string => join(dataDir, 'control')
const pathOf = (dataDir: string): string => join(folderOf(dataDir), 'socket')

/** Called by the owner of the data directory. @returns a function that closes it */
export async function openControlSocket(
  dataDir: string,
  apps: AppRepository,
  log: Logger,
): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void serveOne(socket, apps, log)
  })
  mkdirSync(folderOf(dataDir), { recursive: true, mode: 0o700 })
  chmodSync(folderOf(dataDir), 0o700)
  // Left by a server that was killed: we hold its lock now, so nobody is listening.
  await unlink(pathOf(dataDir)).catch(() => {})
  server.listen(shortSocketPath(pathOf(dataDir)))
  await once(server, 'listening')
  server.unref()
  return () => {
    for (const socket of sockets) socket.destroy()
    return new Promise((closed) => server.close(() => closed()))
  }
}

async function serveOne(socket: Socket, apps: AppRepository, log: Logger): Promise<void> {
  const answer = (given: Answer) => socket.end(`${JSON.stringify(given)}\n`)
  try {
    const line = await readLine(socket)
    // A client that connects and leaves only checked whether a server is running.
    if (line === undefined) return void socket.end()
    const { call, args } = parseRequest(line)
    const method = apps[call] as (...args: unknown[]) => Promise<unknown>
    answer({ ok: true, result: await method(...args) })
  } catch (error) {
    log.warn({ err: error }, 'a command for this server failed')
    answer({ ok: false, message: error instanceof Error ? error.message : String(error) })
  }
}

function parseRequest(line: string): { call: Call; args: unknown[] } {
  const request = JSON.parse(line) as { call?: unknown; args?: unknown } | null
  const call = CALLS.find((known) => known === request?.call)
  if (!call || !Array.isArray(request?.args))
    throw new Error('no such request; is the command of another version?')
  return { call, args: request.args }
}

/** The apps of the server that has this data directory open; nothing if it cannot be reached. */
export async function reachRunningServer(dataDir: string): Promise<AppRepository | undefined> {
  const isThere = await open(dataDir).then(
    (socket) => socket.destroy(),
    () => undefined,
  )
  if (!isThere) return undefined
  const ask =
    <C extends Call>(call: C) =>
    async (...args: Parameters<AppRepository[C]>): Promise<never> => {
      const socket = await open(dataDir)
      socket.end(`${JSON.stringify({ call, args })}\n`)
      const line = await readLine(socket)
      if (line === undefined) throw new Error('the running server ended before it answered')
      const answer = JSON.parse(line) as Answer
      if (!answer.ok) throw new Error(`the running server could not do this; ${answer.message}`)
      return answer.result as never
    }
  return {
    find: ask('find'),
    list: ask('list'),
    create: ask('create'),
    updateSettings: ask('updateSettings'),
    findByDigest: () => Promise.reject(new Error('not asked for by any command')),
  }
}

async function open(dataDir: string): Promise<Socket> {
  const socket = connect(shortSocketPath(pathOf(dataDir)))
  await once(socket, 'connect')
  return socket
}

/** @returns nothing if the other side closed without an answer */
async function readLine(socket: Socket): Promise<string | undefined> {
  let text = ''
  socket.setTimeout(WITHIN_MS, () => socket.destroy(new Error('no answer in time')))
  socket.setEncoding('utf8')
  // The answer goes the same way.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk as string
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
    if (text.length > MAX_REQUEST_CHARACTERS) throw new Error('the request is too long')
  }
  if (text === '') return undefined
  throw new Error('the connection ended before its line did')
}
