/**
 * How often a message was edited, so that it can have an end, and the bytes of what the journal keeps, which from now on count
 * in those of the room. The text that an edit replaces is that of the edit before it: only the first one has to keep it. Of
 * deleted messages the journal keeps no text at all.
 *
 * Edits are found by an index of their own (0011), which reactions do not have to be written to.
 */
import type { Migration } from './migration.js'

export const edits: Migration = {
  id: 10,
  name: 'edits',
  sql: `
alter table messages add column if not exists edits int;
drop index if exists changes_by_message;

update messages m set edits = counted.edits
from (
  select room_key, message_id, count(*) as edits from changes where kind = 'message.edited' group by room_key, message_id
) counted
where m.room_key = counted.room_key and m.id = counted.message_id;

update changes c set
  body = case when m.deleted_at is not null and c.kind = 'message.edited' then '{"text": ""}' else c.body end,
  replaced = case
    when m.deleted_at is null and c.kind = 'message.edited' and not exists (
      select from changes e where e.room_key = c.room_key and e.message_id = c.message_id and e.kind = 'message.edited' and e.rev < c.rev)
    then jsonb_build_object('text', c.replaced -> 'text')
    else '{}' end
from messages m
where m.room_key = c.room_key and m.id = c.message_id and c.replaced <> '{}';

update rooms r set bytes = counted.bytes
from (
  select room_key, sum(bytes) as bytes from (
    select room_key, octet_length(text) + coalesce(octet_length(meta), 0) as bytes from messages
    union all
    select room_key, coalesce(octet_length(body ->> 'text'), 0) + coalesce(octet_length(body ->> 'reason'), 0)
      + coalesce(octet_length(body ->> 'emoji'), 0) + coalesce(octet_length(body ->> 'info'), 0) + coalesce(octet_length(replaced ->> 'text'), 0) from changes
  ) kept group by room_key
) counted
where r.key = counted.room_key;
`,
}
