/** The name under which a room's facts travel. App first: no room name of one app can meet another's, nor a socket's id. */
export function channelOf(appId: string, roomId: string): string {
  return `r/${appId}/${roomId}`
}
