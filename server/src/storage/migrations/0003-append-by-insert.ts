/**
 * A new version of `alcove_append`. The first looked each id up before inserting: on tables that were never analyzed
 * the plan, cached while they were small, used an index on the room alone and read the whole room for every message
 * (some 400 messages a second instead of 27,000). Now the insert itself detects a known id, by the primary key only;
 * the rare lookup asks for the first row from that id on, which only the primary key can answer in order.
 *
 * As before, each room is locked before its ids are checked, in key order (the caller sorts), so that two nodes neither
 * insert the same id nor deadlock. A known id takes no number.
 */
import type { Migration } from './migration.js'

export const appendByInsert: Migration = {
  id: 3,
  name: 'append-by-insert',
  sql: `
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

    at := date_trunc('milliseconds', clock_timestamp());
    insert into messages (room_key, id, seq, rev, author_id, author_name, author_avatar, author_guest, text, reply_to, meta, fingerprint, created_at)
      values (room, item.id, head_seq + 1, head_rev + 1, item.author, item.name, item.avatar, item.guest, item.body, item.reply_to, item.meta, item.fingerprint, at)
      on conflict (room_key, id) do nothing;
    if found then
      head_seq := head_seq + 1;
      head_rev := head_rev + 1;
      outcome := 'added'; seq := head_seq; rev := head_rev;
    else
      select m.seq, m.rev, m.created_at, m.author_id, m.fingerprint into stored
        from messages m where (m.room_key, m.id) >= (room, item.id) order by m.room_key, m.id limit 1;
      outcome := case when stored.author_id = item.author and stored.fingerprint = item.fingerprint
        then 'known' else 'conflict' end;
      seq := stored.seq; rev := stored.rev; at := stored.created_at;
    end if;
    return next;
  end loop;
  if head_rev > before_rev then
    update rooms set seq = head_seq, rev = head_rev where key = room;
  end if;
end $$;
`,
}
