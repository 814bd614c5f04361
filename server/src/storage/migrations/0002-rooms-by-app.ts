/** An app's rooms, newest first, a page at a time: keys grow as rooms are created. */
import type { Migration } from './migration.js'

export const roomsByApp: Migration = {
  id: 2,
  name: 'rooms-by-app',
  sql: 'create index if not exists rooms_by_app on rooms (app_id, key);',
}
