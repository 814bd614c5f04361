/** For the text as it was first sent, and for deletions, which take all that were. */
import type { Migration } from './migration.js'

export const editsByMessage: Migration = {
  id: 11,
  name: 'edits-by-message',
  index: {
    name: 'edits_by_message',
    definition: `on changes (room_key, message_id, rev) where kind = 'message.edited'`,
  },
}
