/**
 * The state of changed messages, and the journal of changes (ADR 33). The entry of a creation is the message itself,
 * with its `position`; older messages have none, and followers start after them. `created_rev` keeps the first rev of a
 * changed message; for all others that is `rev`.
 *
 * The default of `position` is for appends under way with the former version of `alcove_append`.
 */
import type { Migration } from './migration.js'

export const changes: Migration = {
  id: 6,
  name: 'changes',
  sql: `
alter table rooms
  add column if not exists position      bigint not null default 0,
  add column if not exists position_base bigint not null default 0;
alter table messages
  add column if not exists created_rev bigint,
  add column if not exists position    bigint,
  add column if not exists edited_at   timestamptz,
  add column if not exists deleted_at  timestamptz,
  add column if not exists deleted_by  text;
alter table messages alter column position set default pg_current_xact_id()::text::bigint;

create table if not exists changes (
  room_key    bigint not null references rooms (key) on delete cascade,
  rev         bigint not null,
  id          uuid not null,
  kind        text not null,
  actor_kind  text not null,
  actor_id    text,
  message_id  uuid,
  body        jsonb not null,
  replaced    jsonb not null,
  fingerprint text not null,
  at          timestamptz not null,
  position    bigint not null,
  primary key (room_key, rev),
  unique (room_key, id)
);
create index if not exists changes_by_message on changes (room_key, message_id, rev);
create index if not exists changes_by_position on changes (position);

alter table deployment
  add column if not exists position_base bigint not null default 0,
  add column if not exists position_of   text;
`,
}
