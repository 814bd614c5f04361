/**
 * What of a room may be set, and the `rev` at which it was last changed: a client that has read up to there knows it. A
 * setting that was removed stays as `null`, so that it is removed for clients that know its former value.
 */
import type { Migration } from './migration.js'

export const roomSettings: Migration = {
  id: 9,
  name: 'room-settings',
  sql: `
alter table rooms
  add column if not exists settings     jsonb,
  add column if not exists settings_rev bigint;
`,
}
