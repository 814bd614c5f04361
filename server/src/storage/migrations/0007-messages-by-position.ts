/** For followers of the journal, whose entry of a creation is the message. */
import type { Migration } from './migration.js'

export const messagesByPosition: Migration = {
  id: 7,
  name: 'messages-by-position',
  index: { name: 'messages_by_position', definition: 'on messages (position)' },
}
