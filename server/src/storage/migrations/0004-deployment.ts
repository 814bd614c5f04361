/** The deployment this database belongs to, and the fingerprint of its nodes' secret. One row. */
import type { Migration } from './migration.js'

export const deployment: Migration = {
  id: 4,
  name: 'deployment',
  sql: `
create table if not exists deployment (
  is_one             boolean primary key default true check (is_one),
  id                 text not null default gen_random_uuid()::text,
  secret_fingerprint text
);
insert into deployment default values on conflict do nothing;
`,
}
