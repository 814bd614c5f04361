/** A WebSocket as a channel: a packet is a frame. */
import type { Channel, ChannelHandlers } from './channel.js'

/** @throws where a page or a browser forbids WebSocket */
export function openWebSocket(address: string, handlers: ChannelHandlers & { open(): void }): Channel {
  const socket = new WebSocket(address)
  socket.onopen = () => handlers.open()
  // A binary frame becomes a text that no packet begins with.
  socket.onmessage = ({ data }) => handlers.packet(String(data))
  // An error is always followed by this.
  socket.onclose = ({ code }) => handlers.down(`the WebSocket closed with ${code}`)
  return {
    send: (packet) => socket.send(packet),
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    },
  }
}
