/**
 * What a change was made for is not there any more: the room vanished, or it was reset and has another epoch. Internal: what
 * that means depends on how the caller came to the room, so the runner answers it with a refusal.
 */
export class RoomGone extends Error {
  override readonly name = 'RoomGone'

  constructor() {
    super('the room is gone, or was reset')
  }
}
