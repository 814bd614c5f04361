/**
 * Apps, rooms, messages, and the one function that appends to room logs.
 *
 * `alcove_append` locks each room, then looks the ids up, then inserts, as separate statements: in one
 * statement the snapshot would be older than the lock and two nodes could insert the same id. Rooms are
 * locked in key order (the caller sorts), so two nodes never deadlock. `enable_seqscan = off` because the
 * plan is cached while the table is small and would otherwise scan it for ever.
 */
import type { Migration } from './migration.js'

export const initial: Migration = {
  id: 1,
  name: 'initial',
  sql: `
create table if not exists apps (
  id          text primary key,
  secret      text not null,
  settings    jsonb not null,
  created_at  timestamptz not null default now()
);

create table if not exists rooms (
  key         bigint generated always as identity primary key,
  app_id      text not null references apps (id) on delete cascade,
  id          text not null,
  epoch       text not null,
  seq         bigint not null default 0,
  rev         bigint not null default 0,
  created_at  timestamptz not null default now(),
  unique (app_id, id)
) with (fillfactor = 50);

create table if not exists messages (
  room_key      bigint not null references rooms (key) on delete cascade,
  id            uuid not null,
  seq           bigint not null,
  rev           bigint not null,
  author_id     text not null,
  author_name   text not null,
  author_avatar text,
  author_guest  boolean not null,
  text          text not null,
  reply_to      uuid,
  meta          text,
  fingerprint   text not null,
  created_at    timestamptz not null,
  primary key (room_key, id)
);
create unique index if not exists messages_by_seq on messages (room_key, seq);
create unique index if not exists messages_by_rev on messages (room_key, rev);

create or replace function alcove_append(
  p_room bigint[], p_epoch text[], p_id uuid[], p_author text[], p_name text[], p_avatar text[], p_guest boolean[],
  p_text text[], p_reply_to uuid[], p_meta text[], p_fingerprint text[]
) returns table (outcome text, seq bigint, rev bigint, at timestamptz)
language plpgsql
set enable_seqscan = off
as $$
declare
  item record;
  stored record;
  room bigint := null;
  room_epoch text;
  head_seq bigint;
  head_rev bigint;
  before_rev bigint;
begin
  for item in
    select * from unnest(p_room, p_epoch, p_id, p_author, p_name, p_avatar, p_guest, p_text, p_reply_to, p_meta, p_fingerprint)
      with ordinality as given (room_key, epoch, id, author, name, avatar, guest, body, reply_to, meta, fingerprint, place)
    order by place
  loop
    if room is distinct from item.room_key then
      if head_rev > before_rev then
        update rooms set seq = head_seq, rev = head_rev where key = room;
      end if;
      room := item.room_key;
      room_epoch := null; head_rev := null; before_rev := null;
      select r.epoch, r.seq, r.rev, r.rev into room_epoch, head_seq, head_rev, before_rev
        from rooms r where r.key = room for update;
    end if;

    -- A wiped or restored store may have given the key to another room, of another app.
    if room_epoch is distinct from item.epoch then
      outcome := 'gone'; seq := 0; rev := 0; at := to_timestamp(0);
      return next;
      continue;
    end if;

    select m.seq, m.rev, m.created_at, m.author_id, m.fingerprint into stored
      from messages m where m.room_key = room and m.id = item.id;
    if found then
      outcome := case when stored.author_id = item.author and stored.fingerprint = item.fingerprint
        then 'known' else 'conflict' end;
      seq := stored.seq; rev := stored.rev; at := stored.created_at;
    else
      head_seq := head_seq + 1;
      head_rev := head_rev + 1;
      outcome := 'added'; seq := head_seq; rev := head_rev;
      at := date_trunc('milliseconds', clock_timestamp());
      insert into messages (room_key, id, seq, rev, author_id, author_name, author_avatar, author_guest, text, reply_to, meta, fingerprint, created_at)
        values (room, item.id, head_seq, head_rev, item.author, item.name, item.avatar, item.guest, item.body, item.reply_to, item.meta, item.fingerprint, at);
    end if;
    return next;
  end loop;
  if head_rev > before_rev then
    update rooms set seq = head_seq, rev = head_rev where key = room;
  end if;
end $$;
`,
}
