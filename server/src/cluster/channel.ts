/** The name under which a room's facts travel. */

/**
 * App first: no room name of one app can meet another's. The Redis adapter takes names of exactly 20 characters
 * for socket ids, so such a one gets a character that no room id may contain.
 */
export function channelOf(appId: string, roomId: string): string {
  const channel = `r/${appId}/${roomId}`
  return channel.length === 20 ? `${channel}#` : channel
}
