/**
 * Socket.IO's packets as text, wire-compatible with `socket.io-parser`, whose place it takes in the browser bundles:
 * the server sends no binary, and what it may not send is a parse error, upon which the client hangs up.
 */
import { Emitter } from '@socket.io/component-emitter'

export const protocol = 5
export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4 }

/** Type, namespace and a comma unless it is `/`, number of the ack, JSON. */
const PACKET = /^([0-4])(?:(\/[^,]*),)?(\d*)(\D.*)?$/s

export class Encoder {
  encode({ type, nsp, id, data }) {
    return [
      `${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`,
    ]
  }
}

export class Decoder extends Emitter {
  add(text) {
    const [, type, nsp = '/', id, json] = PACKET.exec(text) ?? []
    const packet = {
      type: Number(type),
      nsp,
      ...(id && { id: Number(id) }),
      ...(json && { data: JSON.parse(json) }),
    }
    const isList = packet.type === PacketType.EVENT || packet.type === PacketType.ACK
    if (!type || isList !== Array.isArray(packet.data)) throw new Error('invalid packet')
    this.emitReserved('decoded', packet)
  }

  destroy() {}
}
