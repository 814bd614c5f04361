/** Stands in for engine.io-client's WebSocket transport: text alone, and of the options those that socket-transport.ts gives. */
import { Transport } from '../transport.js'
import { encodePacket } from 'engine.io-parser'
import { nextTick } from '../globals.node.js'

export class WS extends Transport {
  get name() {
    return 'websocket'
  }

  doOpen() {
    try {
      this.ws = new WebSocket(this.uri())
    } catch (error) {
      this.emitReserved('error', error)
      return
    }
    this.ws.onopen = () => this.onOpen()
    this.ws.onclose = (context) => this.onClose({ context })
    this.ws.onmessage = ({ data }) => this.onData(data)
    this.ws.onerror = (error) => this.onError('websocket error', error)
  }

  write(packets) {
    this.writable = false
    for (const packet of packets)
      encodePacket(packet, true, (data) => {
        try {
          this.ws.send(data)
        } catch {
          // It has closed, and its event is on the way.
        }
      })
    nextTick(() => {
      this.writable = true
      this.emitReserved('drain')
    })
  }

  doClose() {
    if (!this.ws) return
    this.ws.onerror = null
    this.ws.close()
  }

  uri() {
    return this.createUri(this.opts.secure ? 'wss' : 'ws', this.query)
  }
}
