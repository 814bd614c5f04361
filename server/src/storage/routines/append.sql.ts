/**
 * Appends messages to the logs of their rooms.
 *
 * Each room is locked before its ids are checked, in key order (the caller sorts), so that two nodes neither insert the
 * same id nor deadlock: in a single statement the snapshot would be older than the lock. The insert itself detects a
 * known id, by the primary key only; the rare lookup asks for the first row from that id on, which only the primary key
 * can answer in order. Any other plan, cached while the tables are small, would read whole rooms later (ADR 15);
 * `enable_seqscan = off` for the same reason. A known id takes no number.
 *
 * Followers of the journal read by `position` (ADR 33). Results are in the order of the arrays, whose elements are
 * scanned in order.
 */
import type { Routine } from './routine.js'

export const append: Routine = {
  name: 'alcove_append',
  revision: 1,
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
  room bigint := null;
  room_epoch text;
  before_rev bigint;
  added_bytes bigint;
  head_position bigint;
begin
  -- While ids are new, what is returned is the room's head itself: each statement here is run for every message.
  outcome := 'added';
  for item in
    select * from unnest(p_room, p_epoch, p_id, p_author, p_name, p_avatar, p_guest, p_text, p_reply_to, p_meta, p_fingerprint)
      as given (room_key, epoch, id, author, name, avatar, guest, body, reply_to, meta, fingerprint)
  loop
    if room is distinct from item.room_key then
      if rev > before_rev then
        update rooms r set seq = alcove_append.seq, rev = alcove_append.rev, bytes = bytes + added_bytes, position = head_position
          where key = room;
      end if;
      room := item.room_key;
      room_epoch := null; rev := null; before_rev := null; added_bytes := 0;
      select r.epoch, r.seq, r.rev, r.rev, greatest(r.position, r.position_base + pg_current_xact_id()::text::bigint)
        into room_epoch, seq, rev, before_rev, head_position
        from rooms r where r.key = room for update;
      at := date_trunc('milliseconds', clock_timestamp());
    end if;

    -- A wiped or restored store may have given the key to another room, of another app.
    if room_epoch is distinct from item.epoch then
      return query select 'gone', 0::bigint, 0::bigint, to_timestamp(0);
      continue;
    end if;

    insert into messages (room_key, id, seq, rev, position, author_id, author_name, author_avatar, author_guest, text, reply_to, meta, fingerprint, created_at)
      values (room, item.id, seq + 1, rev + 1, head_position, item.author, item.name, item.avatar, item.guest, item.body, item.reply_to, item.meta, item.fingerprint, at)
      on conflict (room_key, id) do nothing;
    if found then
      seq := seq + 1;
      rev := rev + 1;
      added_bytes := added_bytes + octet_length(item.body) + coalesce(octet_length(item.meta), 0);
      return next;
    else
      return query
        select case when m.author_id = item.author and m.fingerprint = item.fingerprint then 'known' else 'conflict' end,
          m.seq, m.rev, m.created_at
        from messages m where (m.room_key, m.id) >= (room, item.id) order by m.room_key, m.id limit 1;
    end if;
  end loop;
  if rev > before_rev then
    update rooms r set seq = alcove_append.seq, rev = alcove_append.rev, bytes = bytes + added_bytes, position = head_position
      where key = room;
  end if;
end $$;
`,
}
