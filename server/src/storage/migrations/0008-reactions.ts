/**
 * Who reacted to what, and the counts in `messages.reactions`: `[emoji, count]` in order of first use, which the keys
 * of a `jsonb` object would not preserve.
 */
import type { Migration } from './migration.js'

export const reactions: Migration = {
  id: 8,
  name: 'reactions',
  sql: `
alter table messages add column if not exists reactions jsonb;

create table if not exists reactions (
  room_key   bigint not null references rooms (key) on delete cascade,
  message_id uuid not null,
  user_id    text not null,
  emoji      text collate "C" not null,
  primary key (room_key, message_id, user_id, emoji)
);
`,
}
