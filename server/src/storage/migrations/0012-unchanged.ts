/**
 * The ids of reactions that changed nothing, with the rev that was answered: they take no rev, so the journal does not
 * have them. The latest of each person in a room are kept, by their number (UNCHANGED_KEPT in routines/change.sql.ts).
 */
import type { Migration } from './migration.js'

export const unchanged: Migration = {
  id: 12,
  name: 'unchanged',
  sql: `
create table if not exists unchanged (
  room_key    bigint not null references rooms (key) on delete cascade,
  id          uuid not null,
  actor_kind  text not null,
  actor_id    text collate "C" not null,
  number      bigint not null,
  fingerprint text not null,
  rev         bigint not null,
  at          timestamptz not null,
  primary key (room_key, id),
  unique (room_key, actor_id, number)
);
`,
}
