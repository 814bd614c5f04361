/** What Engine.IO's packets travel over, in both directions: a WebSocket, or one long-polling request after the other. */
export interface Channel {
  send(packet: string): void
  /**
   * Ends it; its handlers hear nothing more.
   * @param isDead nothing gets through: what waits is dropped, and the server is not told
   */
  close(isDead: boolean): void
}

export interface ChannelHandlers {
  packet(packet: string): void
  down(reason: string): void
}
