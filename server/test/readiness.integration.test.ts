/** `/readyz` on both engines: a database that answers and stores nothing is not ready, and says why. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeOf, connectClient, until } from './support/client.js'
import { ENGINES } from './support/database.js'
import { createApp, newRoomId, worldFor } from './support/node.js'

/** Full is what the engine says of the disk; a real one is filled in the rehearsal of an operator. */
const FULL = `
  create function no_room() returns trigger language plpgsql as $$
  begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
  create trigger no_room before insert on messages execute function no_room();`

describe.each(ENGINES)('on %s', (engine) => {
  const world = worldFor(engine)

  it.each([
    [
      'a full disk',
      FULL,
      'drop trigger no_room on messages',
      'nothing can be stored; it answered 53100: disk full',
    ],
    [
      'a table whose rights are gone',
      FULL.replaceAll('no_room', 'no_right').replace('disk_full', 'insufficient_privilege'),
      'drop trigger no_right on messages',
      'nothing can be stored; it answered 42501: a right is missing',
    ],
  ])(
    '%s: 503 with the reason while sends wait, 200 with the first that commits',
    async (_name, enter, heal, reason) => {
      const { database, node } = world
      const app = await createApp(database)
      const room = newRoomId()
      const client = await connectClient(node.url, app)
      await client.must('room:join', { room })
      const readyz = async () => {
        const answer = await fetch(`${node.url}/readyz`)
        return [
          answer.status,
          (await answer.json()) as { checks: { database: { reason?: string } } },
        ] as const
      }
      expect((await readyz())[0]).toBe(200)
      await database.script(enter)
      const send = () => client.ask('message:send', { room, id: randomUUID(), text: 'x' })
      expect(codeOf(await send())).toBe('unavailable')
      const [status, body] = await readyz()
      expect([status, body.checks.database.reason]).toEqual([503, reason])
      await database.script(heal)
      expect(codeOf(await send())).toBe('ok')
      await until(async () => expect((await readyz())[0]).toBe(200))
    },
  )
})
