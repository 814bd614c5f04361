/**
 * Rollup plugin: what of Socket.IO's client a browser needs for text over WebSocket and long-polling. Some of its
 * modules are replaced by less, with the same exports, and methods that nobody calls are left out, which no minifier can
 * know. Node gets the packages as they are.
 *
 * Binary packets and WebTransport are never spoken here. Long-polling is over `fetch`, a third of the one over
 * XMLHttpRequest and doing the same.
 */
import { readFileSync } from 'node:fs'
import MagicString from 'magic-string'
import { walk } from './walk.mjs'

const INSTEAD = {
  'engine.io-client/build/esm/contrib/parseuri.js': `
    export function parse(address) {
      const { protocol, hostname, port } = new URL(address)
      return { protocol: protocol.slice(0, -1), host: hostname.replace(/^\\[|\\]$/g, ''), port }
    }`,
  'engine.io-client/build/esm/contrib/parseqs.js': `
    export const encode = (query) => new URLSearchParams(query).toString()
    export const decode = undefined`,
  'engine.io-client/build/esm/globals.js': `
    export const nextTick = (run) => Promise.resolve().then(run)
    export const globalThisShim = globalThis
    export const defaultBinaryType = 'arraybuffer'
    export const createCookieJar = () => undefined`,
  'engine.io-client/build/esm/transports/index.js': `
    import { Fetch } from './polling-fetch.js'
    import { WS } from './websocket.js'
    export const transports = { websocket: WS, polling: Fetch }`,
  'engine.io-client/build/esm/transports/polling-xhr.js': 'export const XHR = undefined',
  'engine.io-client/build/esm/transports/polling-fetch.js': readFileSync(
    new URL('lean-polling.mjs', import.meta.url),
    'utf8',
  ),
  'engine.io-client/build/esm/transports/websocket.js': readFileSync(
    new URL('lean-websocket.mjs', import.meta.url),
    'utf8',
  ),
  'engine.io-client/build/esm/transports/webtransport.js': 'export const WT = undefined',
  // What it picks are options of Node's transports.
  'engine.io-client/build/esm/util.js': `
    export const pick = () => ({})
    export function installTimerFunctions(target) {
      target.setTimeoutFn = setTimeout.bind(globalThis)
      target.clearTimeoutFn = clearTimeout.bind(globalThis)
    }
    export const byteLength = (text) => new Blob([text]).size
    export const randomString = () => Math.random().toString(36).slice(2, 10)`,
  'engine.io-parser/build/esm/encodePacket.js': `
    import { PACKET_TYPES } from './commons.js'
    export const encodePacket = ({ type, data = '' }, _, done) => done(PACKET_TYPES[type] + data)
    export const encodePacketToBinary = undefined`,
  'engine.io-parser/build/esm/decodePacket.js': `
    import { ERROR_PACKET, PACKET_TYPES_REVERSE } from './commons.js'
    export function decodePacket(packet) {
      const type = typeof packet === 'string' && PACKET_TYPES_REVERSE[packet[0]]
      return type ? { type, data: packet.slice(1) || undefined } : ERROR_PACKET
    }`,
  '@socket.io/component-emitter/lib/esm/index.js': readFileSync(
    new URL('lean-emitter.mjs', import.meta.url),
    'utf8',
  ),
  // connection.ts reconnects, and opens a manager of its own for every attempt.
  'socket.io-client/build/esm/contrib/backo2.js': 'export class Backoff { reset() {} }',
  'socket.io-client/build/esm/index.js': `export { Manager } from './manager.js'`,
  'socket.io-parser/build/esm/index.js': readFileSync(new URL('text-parser.mjs', import.meta.url), 'utf8'),
}

/** Neither socket-transport.ts calls them nor, with the options it gives, the packages themselves. */
const UNUSED = {
  'engine.io-client/build/esm/socket.js': ['send'],
  'socket.io-client/build/esm/manager.js': ['connect', 'disconnect', 'onreconnect', 'reconnect'],
  'socket.io-client/build/esm/socket.js': [
    '_addToQueue',
    'close',
    'compress',
    'disconnected',
    'emitWithAck',
    'listenersAny',
    'listenersAnyOutgoing',
    'offAnyOutgoing',
    'onAnyOutgoing',
    'prependAny',
    'prependAnyOutgoing',
    'send',
    'volatile',
  ],
}

/** They are called, and with these options do nothing: there is no reconnection, no queue and no outgoing listener. */
const IDLE = {
  'socket.io-client/build/esm/manager.js': [
    'maybeReconnectOnOpen',
    'randomizationFactor',
    'reconnectionAttempts',
    'reconnectionDelay',
    'reconnectionDelayMax',
  ],
  'socket.io-client/build/esm/socket.js': ['_drainQueue', 'notifyOutgoingListeners'],
}

/**
 * Calls in what is kept that share a removed method's name: of another class's method, or of one that stands behind
 * something these options never ask for (reconnection, retries). Any other call fails the build: look at it before it is
 * added here.
 */
const KEPT_CALLS = {
  'engine.io-client/build/esm/socket.js': [
    'this.transport.close',
    'this.transport.send',
    'transport.close',
    'transport.send',
  ],
  'engine.io-client/build/esm/transports/websocket.js': ['this.ws.close', 'this.ws.send'],
  'socket.io-client/build/esm/manager.js': ['_a.close', 'socket.close', 'socket.connect', 'this.reconnect'],
  'socket.io-client/build/esm/socket.js': ['this._addToQueue', 'this.connect', 'this.flags.volatile'],
  'sdk/src/socket-transport.ts': ['socket.connect', 'socket.disconnect'],
}

/** They are read, not called. */
const GETTERS = new Set(['disconnected', 'volatile'])
const CALLED = new Set(Object.values(UNUSED).flat())
const CALLERS = /(engine|socket)\.io-(client|parser)\/build\/|sdk\/src\/socket-transport\.ts$/

const at = (table, id) => Object.entries(table).find(([end]) => id.replaceAll('\\', '/').endsWith(end))?.[1]

export const leanSocket = {
  name: 'lean-socket',
  resolveId(source, importer) {
    if (!source.endsWith('.node.js') || !/(engine|socket)\.io-(client|parser)/.test(importer ?? ''))
      return null
    return this.resolve(source.replace(/\.node\.js$/, '.js'), importer, { skipSelf: true })
  },
  load: (id) => at(INSTEAD, id) ?? null,
  transform(code, id) {
    const unused = at(UNUSED, id)
    if (!unused) return null
    const output = new MagicString(code)
    const methods = this.parse(code).body.flatMap(methodsOf)
    const find = (name) =>
      methods.find(({ key }) => key.name === name) ?? this.error(`${id} has no ${name} any more`)
    for (const { start, end } of unused.map(find)) output.remove(start, end)
    for (const { value } of (at(IDLE, id) ?? []).map(find))
      output.update(value.body.start, value.body.end, '{}')
    return { code: output.toString(), map: output.generateMap({ hires: true }) }
  },
  // After the removal, as it goes into the bundle.
  moduleParsed({ id, code, ast }) {
    if (!CALLERS.test(id.replaceAll('\\', '/'))) return
    const kept = at(KEPT_CALLS, id) ?? []
    for (const { start, end } of usesOfRemoved(ast)) {
      const use = code.slice(start, end)
      if (!kept.includes(use))
        this.error(`${id} calls ${use}, and lean-socket.mjs leaves a method of that name out`)
    }
  },
}

const methodsOf = ({ declaration }) => declaration?.body?.body?.filter(({ key }) => key) ?? []

/** Every `….name` that is called, or read where it is a getter, with the name of a method that is left out. */
function usesOfRemoved(ast) {
  const uses = []
  walk(ast, (node) => {
    const member = node.type === 'CallExpression' ? node.callee : node
    if (member.type !== 'MemberExpression' || member.computed) return
    const { name } = member.property
    if (CALLED.has(name) && GETTERS.has(name) === (member === node)) uses.push(member)
  })
  return uses
}
