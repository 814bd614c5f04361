/**
 * Rollup plugin: what of Socket.IO's client a browser needs for text over WebSocket and long-polling. Some of its
 * modules are replaced by less, with the same exports. Node gets the packages as they are.
 *
 * Binary packets and WebTransport are never spoken here. Long-polling is the package's one over `fetch`, a third of the
 * one over XMLHttpRequest and doing the same.
 */
import { readFileSync } from 'node:fs'

const INSTEAD = {
  'engine.io-client/build/esm/contrib/parseuri.js': `
    export function parse(address) {
      const { protocol, hostname, port } = new URL(address)
      return { protocol: protocol.slice(0, -1), host: hostname.replace(/^\\[|\\]$/g, ''), port }
    }`,
  'engine.io-client/build/esm/contrib/parseqs.js': `
    export const encode = (query) => new URLSearchParams(query).toString()
    export const decode = undefined`,
  'engine.io-client/build/esm/transports/index.js': `
    import { Fetch } from './polling-fetch.js'
    import { WS } from './websocket.js'
    export const transports = { websocket: WS, polling: Fetch }`,
  'engine.io-client/build/esm/transports/polling-xhr.js': 'export const XHR = undefined',
  'engine.io-client/build/esm/transports/webtransport.js': 'export const WT = undefined',
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
  // connection.ts reconnects, and opens a manager of its own for every attempt.
  'socket.io-client/build/esm/contrib/backo2.js': 'export class Backoff { reset() {} }',
  'socket.io-client/build/esm/index.js': `export { Manager } from './manager.js'`,
  'socket.io-parser/build/esm/index.js': readFileSync(new URL('text-parser.mjs', import.meta.url), 'utf8'),
}

export const leanSocket = {
  name: 'lean-socket',
  resolveId(source, importer) {
    if (!source.endsWith('.node.js') || !/(engine|socket)\.io-(client|parser)/.test(importer ?? ''))
      return null
    return this.resolve(source.replace(/\.node\.js$/, '.js'), importer, { skipSelf: true })
  },
  load(id) {
    const path = id.replaceAll('\\', '/')
    const [, code] = Object.entries(INSTEAD).find(([end]) => path.endsWith(end)) ?? []
    return code ?? null
  },
}
