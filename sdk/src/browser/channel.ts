/** What carries Engine.IO packets in both directions: a WebSocket, or a series of long-polling requests. */
export interface Channel {
  send(packet: string): void
  /**
   * Closes the channel; its handlers are not called again.
   * @param isDead nothing gets through: queued packets are dropped and the server is not notified
   */
  close(isDead: boolean): void
}

export interface ChannelHandlers {
  packet(packet: string): void
  down(reason: string): void
}
