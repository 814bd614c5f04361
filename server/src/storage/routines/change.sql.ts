/**
 * Changes existing messages, with one `when` per kind, and the room itself. A run of changes is one call and one
 * transaction. Reactions to a message are counted during the run and written to its row once, at the end; until then the
 * counts are in an array, at the place of the first change of the run to the same message. An array that belongs to
 * plpgsql is changed in place: a run takes time in proportion to its length, however many messages it touches.
 *
 * All conflicts are decided here, under the lock of the room: which change came first or is known already, who owns the
 * message, and whether it exists, is deleted, or is too old. Two nodes cannot disagree about any of it, and it is one
 * clock that is asked, that of the database. Rooms are locked in key order, as in `alcove_append`, and every lookup asks
 * for the first row from an id on, for the same reason (ADR 15).
 *
 * "p_conditions" are what the operation demands of the message (ChangeConditions in change-repository.ts): a new one is
 * one more field, not another signature.
 *
 * Refused and known changes take no number, nor does a reaction or an edit that changes nothing, which is answered with
 * the row's rev. Its id is kept in "unchanged", so that its retry changes nothing either. An actor without an id (the
 * app's own server) is the empty one there, which no user has.
 *
 * The journal keeps the text of each edit, and at the first one the original text. A deletion removes all of them. They
 * count in "bytes" of the room like the text itself.
 */
import type { Routine } from './routine.js'

/** How many ids of changes that changed nothing are kept of one person in one room: a client has one or two unanswered. */
export const UNCHANGED_KEPT = 100

export const change: Routine = {
  name: 'alcove_change',
  revision: 9,
  sql: `
create or replace function alcove_change(
  p_room bigint[], p_epoch text[], p_id uuid[], p_kind text[], p_message uuid[], p_actor_kind text[], p_actor text[],
  p_body text[], p_fingerprint text[], p_conditions text[]
) returns table (outcome text, seq bigint, rev bigint, at timestamptz, author text, reactions text)
language plpgsql
set enable_seqscan = off
as $$
declare
  item record;
  stored record;
  recorded record;
  has_unchanged boolean;
  latest record;
  latest_number bigint;
  asking text;
  is_own boolean;
  new_text text;
  first_text text;
  kept_bytes bigint;
  reacted text;
  counts jsonb;
  place_of bigint;
  counted jsonb[] := '{}';
  counted_rev bigint[] := '{}';
  counted_seq bigint[] := '{}';
  is_reaction boolean;
  room bigint := null;
  room_epoch text;
  head_rev bigint;
  before_rev bigint;
  added_bytes bigint;
  head_position bigint;
  settings_before jsonb;
begin
  for item in
    select given.*, min(place) over (partition by room_key, message) as first_place,
        conditions::jsonb ->> 'who' as who, (conditions::jsonb ->> 'withinSeconds')::float8 as within_seconds,
        (conditions::jsonb ->> 'most')::int as most, (conditions::jsonb ->> 'mostOwn')::int as most_own
      from unnest(p_room, p_epoch, p_id, p_kind, p_message, p_actor_kind, p_actor, p_body, p_fingerprint, p_conditions)
        with ordinality as given (room_key, epoch, id, kind, message, actor_kind, actor, body, fingerprint, conditions, place)
      order by place
  loop
    if room is distinct from item.room_key then
      if head_rev > before_rev then
        update rooms set rev = head_rev, bytes = bytes + added_bytes, position = head_position where key = room;
      end if;
      room := item.room_key;
      room_epoch := null; head_rev := null; before_rev := null; added_bytes := 0;
      select r.epoch, r.rev, r.rev, greatest(r.position, r.position_base + pg_current_xact_id()::text::bigint)
        into room_epoch, head_rev, before_rev, head_position
        from rooms r where r.key = room for update;
      has_unchanged := exists (select from unchanged u where u.room_key = room);
    end if;
    seq := 0; rev := 0; at := to_timestamp(0); author := null; reactions := null;

    if room_epoch is distinct from item.epoch then
      outcome := 'gone';
      return next;
      continue;
    end if;

    select c.room_key, c.id, c.rev, c.at, c.actor_kind, c.actor_id, c.fingerprint into recorded
      from changes c where (c.room_key, c.id) >= (room, item.id) order by c.room_key, c.id limit 1;
    if has_unchanged and (recorded.room_key is distinct from room or recorded.id is distinct from item.id) then
      select u.room_key, u.id, u.rev, u.at, u.actor_kind, u.actor_id, u.fingerprint into recorded
        from unchanged u where (u.room_key, u.id) >= (room, item.id) order by u.room_key, u.id limit 1;
      recorded.actor_id := nullif(recorded.actor_id, '');
    end if;
    if recorded.room_key = room and recorded.id = item.id then
      outcome := case when recorded.actor_kind = item.actor_kind and recorded.actor_id is not distinct from item.actor
        and recorded.fingerprint = item.fingerprint then 'known' else 'conflict' end;
      rev := recorded.rev; at := recorded.at;
      return next;
      continue;
    end if;

    if item.kind = 'room.updated' then
      outcome := 'applied';
      head_rev := head_rev + 1;
      rev := head_rev; at := date_trunc('milliseconds', clock_timestamp());
      select r.settings into settings_before from rooms r where r.key = room;
      update rooms r set settings = coalesce(r.settings, '{}') || (item.body::jsonb -> 'info'), settings_rev = head_rev
        where r.key = room;
      insert into changes (room_key, rev, id, kind, actor_kind, actor_id, body, replaced, fingerprint, at, position)
        values (room, head_rev, item.id, item.kind, item.actor_kind, item.actor, item.body::jsonb,
          coalesce(settings_before, '{}'), item.fingerprint, at, head_position);
      added_bytes := added_bytes + octet_length(item.body::jsonb ->> 'info');
      return next;
      continue;
    end if;

    select m.room_key, m.id, m.seq, m.rev, m.reactions, m.created_at, m.author_id, m.deleted_at, m.text, m.meta, m.edits into stored
      from messages m where (m.room_key, m.id) >= (room, item.message) order by m.room_key, m.id limit 1;
    is_reaction := item.kind like 'reaction.%';
    is_own := item.actor_kind = 'user' and stored.author_id = item.actor;
    outcome := case
      when stored.room_key is distinct from room or stored.id is distinct from item.message then 'missing'
      when stored.deleted_at is not null then 'deleted'
      when item.who = 'anybody' then 'applied'
      when not is_own then 'forbidden'
      when item.within_seconds = 0 or extract(epoch from clock_timestamp() - stored.created_at) > item.within_seconds then 'too_late'
      else 'applied'
    end;
    if item.kind = 'message.edited' and outcome = 'applied' then
      if stored.text = item.body::jsonb ->> 'text' then
        outcome := 'unchanged';
      elsif stored.edits >= item.most then
        outcome := 'too_many';
      end if;
    end if;
    if is_reaction and outcome = 'applied' then
      reacted := item.body::jsonb ->> 'emoji';
      counts := coalesce(counted[item.first_place], stored.reactions, '[]');
      select e.place - 1 into place_of
        from jsonb_array_elements(counts) with ordinality as e (value, place) where e.value ->> 0 = reacted;
      if item.kind = 'reaction.removed' then
        delete from reactions r
          where r.room_key = room and r.message_id = item.message and r.user_id = item.actor and r.emoji = reacted;
      elsif place_of is null and jsonb_array_length(counts) >= item.most then
        outcome := 'too_many';
      -- Where fewer are on the message, nobody has as many.
      elsif jsonb_array_length(counts) >= item.most_own and (
        select count(*) >= item.most_own and not coalesce(bool_or(r.emoji = reacted), false) from reactions r
          where r.room_key = room and r.message_id = item.message and r.user_id = item.actor
      ) then
        outcome := 'too_many_own';
      else
        insert into reactions (room_key, message_id, user_id, emoji) values (room, item.message, item.actor, reacted)
          on conflict do nothing;
      end if;
      if outcome = 'applied' and not found then
        outcome := 'unchanged';
      end if;
    end if;
    if outcome = 'unchanged' then
      asking := coalesce(item.actor, '');
      rev := greatest(stored.rev, counted_rev[item.first_place]); at := date_trunc('milliseconds', clock_timestamp());
      select u.room_key, u.actor_id, u.number into latest
        from unchanged u where (u.room_key, u.actor_id, u.number) <= (room, asking, ${Number.MAX_SAFE_INTEGER})
        order by u.room_key desc, u.actor_id desc, u.number desc limit 1;
      latest_number := case when latest.room_key = room and latest.actor_id = asking then latest.number else 0 end;
      insert into unchanged (room_key, id, actor_kind, actor_id, number, fingerprint, rev, at)
        values (room, item.id, item.actor_kind, asking, latest_number + 1, item.fingerprint, rev, at);
      delete from unchanged u
        where u.room_key = room and u.actor_id = asking and u.number = latest_number + 1 - ${UNCHANGED_KEPT};
      has_unchanged := true;
    end if;
    if outcome <> 'applied' then
      return next;
      continue;
    end if;

    head_rev := head_rev + 1;
    seq := stored.seq; rev := head_rev; at := date_trunc('milliseconds', clock_timestamp()); author := stored.author_id;
    first_text := null;
    case item.kind
      when 'message.edited' then
        new_text := item.body::jsonb ->> 'text';
        if stored.edits is null then
          first_text := stored.text;
        end if;
        update messages m set text = new_text, edited_at = at, edits = coalesce(m.edits, 0) + 1, rev = head_rev,
            created_rev = coalesce(m.created_rev, m.rev)
          where m.room_key = room and m.seq = stored.seq;
        added_bytes := added_bytes + 2 * octet_length(new_text) - octet_length(stored.text) + coalesce(octet_length(first_text), 0);
      when 'message.deleted' then
        update messages m set text = '', reply_to = null, meta = null, edited_at = null, deleted_at = at,
            deleted_by = case when is_own then 'author' else 'moderator' end,
            reactions = null, rev = head_rev, created_rev = coalesce(m.created_rev, m.rev)
          where m.room_key = room and m.seq = stored.seq;
        delete from reactions r where r.room_key = room and r.message_id = item.message;
        counted[item.first_place] := null; counted_rev[item.first_place] := null;
        added_bytes := added_bytes - octet_length(stored.text) - coalesce(octet_length(stored.meta), 0)
          + coalesce(octet_length(item.body::jsonb ->> 'reason'), 0);
        if stored.edits is not null then
          select sum(octet_length(c.body ->> 'text') + coalesce(octet_length(c.replaced ->> 'text'), 0)) into kept_bytes
            from changes c where c.room_key = room and c.message_id = item.message and c.kind = 'message.edited';
          update changes c set body = '{"text": ""}', replaced = '{}'
            where c.room_key = room and c.message_id = item.message and c.kind = 'message.edited';
          added_bytes := added_bytes - coalesce(kept_bytes, 0);
        end if;
      when 'reaction.added' then
        counts := case when place_of is null then counts || jsonb_build_array(jsonb_build_array(reacted, 1))
          else jsonb_set(counts, array[place_of::text, '1'], to_jsonb((counts -> place_of::int ->> 1)::bigint + 1)) end;
      when 'reaction.removed' then
        counts := case when (counts -> place_of::int ->> 1)::bigint = 1 then counts - place_of::int
          else jsonb_set(counts, array[place_of::text, '1'], to_jsonb((counts -> place_of::int ->> 1)::bigint - 1)) end;
    end case;
    if is_reaction then
      counted[item.first_place] := counts; counted_rev[item.first_place] := head_rev; counted_seq[item.first_place] := stored.seq;
      reactions := counts::text;
      added_bytes := added_bytes + octet_length(reacted);
    end if;
    insert into changes (room_key, rev, id, kind, actor_kind, actor_id, message_id, body, replaced, fingerprint, at, position)
      values (room, head_rev, item.id, item.kind, item.actor_kind, item.actor, item.message, item.body::jsonb,
        jsonb_strip_nulls(jsonb_build_object('text', first_text)),
        item.fingerprint, at, head_position);
    return next;
  end loop;
  if head_rev > before_rev then
    update rooms set rev = head_rev, bytes = bytes + added_bytes, position = head_position where key = room;
  end if;
  -- An edit in the same run may have a later rev than the last reaction.
  for first_place in 1 .. coalesce(array_upper(counted_rev, 1), 0) loop
    if counted_rev[first_place] is not null then
      update messages m set reactions = nullif(counted[first_place], '[]'), rev = greatest(m.rev, counted_rev[first_place]),
          created_rev = coalesce(m.created_rev, m.rev)
        where m.room_key = p_room[first_place] and m.seq = counted_seq[first_place];
    end if;
  end loop;
end $$;
`,
}
