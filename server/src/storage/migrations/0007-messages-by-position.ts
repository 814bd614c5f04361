/** For followers of the journal, in which the message itself is the entry of its creation. */
import type { Migration } from './migration.js'

export const messagesByPosition: Migration = {
  id: 7,
  name: 'messages-by-position',
  index: { name: 'messages_by_position', definition: 'on messages (position)' },
}
