/** The name of the channel in which a room's facts are published. */

/**
 * The app comes first, so that rooms of different apps never collide. The Redis adapter mistakes names of exactly 20
 * characters for socket ids, so those get a character that no room id may contain.
 */
export function channelOf(appId: string, roomId: string): string {
  const channel = `r/${appId}/${roomId}`
  return channel.length === 20 ? `${channel}#` : channel
}
