/** The public face: what may be imported, and with which types. `tsc` checks the types, this run the rest. */
import { expect, expectTypeOf, it } from 'vitest'
import * as sdk from '@alcove/sdk'
import { createFakeServer } from '@alcove/sdk/testing'
import type { Chat, ChatOptions, ErrorCode, Message, Room, RoomStatus, StatusChange, User } from '@alcove/sdk'

it('exports createChat and ChatError, and no more values', () => {
  expect(Object.keys(sdk).sort()).toEqual(['ChatError', 'createChat'])
})

it('importing and creating touches no network and leaves nothing open', async () => {
  const chat = sdk.createChat({ server: 'https://chat.example', app: 'demo' })
  expect(chat.status).toBe('idle')
  expect(chat.error).toBeUndefined()
  expect(chat.me).toBeUndefined()
  await chat.close()
})

it('has these types', () => {
  expectTypeOf(sdk.createChat).parameters.toEqualTypeOf<[ChatOptions]>()
  expectTypeOf(sdk.createChat).returns.toEqualTypeOf<Chat>()
  expectTypeOf<Chat['join']>().returns.resolves.toEqualTypeOf<Room>()
  expectTypeOf<Chat['me']>().toEqualTypeOf<User | undefined>()
  expectTypeOf<Room['messages']>().toEqualTypeOf<readonly Message[]>()
  expectTypeOf<Room['send']>().parameter(0).extract<string>().toEqualTypeOf<string>()
  expectTypeOf<Room['loadOlder']>().returns.resolves.toEqualTypeOf<boolean>()
  expectTypeOf<Room['edit']>().returns.resolves.toEqualTypeOf<Message | undefined>()
  expectTypeOf<Room['delete']>().returns.resolves.toEqualTypeOf<Message | undefined>()
  expectTypeOf<Message['pending']>().toEqualTypeOf<'edit' | 'delete' | undefined>()
  expectTypeOf<Message['state']>().toEqualTypeOf<'pending' | 'sent' | 'failed'>()
  expectTypeOf<sdk.ChatError['code']>().toEqualTypeOf<ErrorCode>()
  expectTypeOf<ChatOptions['token']>().toEqualTypeOf<string | (() => string | Promise<string>) | undefined>()
  expectTypeOf(createFakeServer).returns.toHaveProperty('createChat').returns.toEqualTypeOf<Chat>()
})

it('knows its events', () => {
  const listen = (room: Room) => {
    room.on('message', (message) => expectTypeOf(message).toEqualTypeOf<Message>())
    room.on('message-changed', ({ current, previous }) =>
      expectTypeOf([current, previous]).toEqualTypeOf<Message[]>(),
    )
    room.on('message-change-failed', ({ error }) => expectTypeOf(error).toEqualTypeOf<sdk.ChatError>())
    room.on('status', (change) => expectTypeOf(change).toEqualTypeOf<StatusChange<RoomStatus>>())
    // @ts-expect-error there is no such event
    room.on('massage', () => {})
    expectTypeOf(room.on('change', () => {})).toEqualTypeOf<() => void>()
  }
  expect(listen).toBeTypeOf('function')
})
