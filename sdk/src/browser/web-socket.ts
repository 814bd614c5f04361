/** A WebSocket as a channel: one packet per frame. */
import type { Channel, ChannelHandlers } from './channel.js'

/** @throws when the page or the browser forbids WebSocket */
export function openWebSocket(address: string, handlers: ChannelHandlers & { open(): void }): Channel {
  const socket = new WebSocket(address)
  socket.onopen = () => handlers.open()
  // A binary frame becomes text that is not a valid packet.
  socket.onmessage = ({ data }) => handlers.packet(String(data))
  // An error is always followed by a close event.
  socket.onclose = ({ code }) => handlers.down(`the WebSocket closed with ${code}`)
  return {
    send: (packet) => socket.send(packet),
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    },
  }
}
