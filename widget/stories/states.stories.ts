import type { ErrorCode } from '@alcove/sdk/protocol'
import type { Meta, StoryObj } from '@storybook/web-components-vite'
import { stage, talk, type Knobs } from './stage.js'

const meta: Meta<Knobs> = {
  title: 'chat-room/states',
  component: 'chat-room',
  args: { theme: 'light', lang: 'en', heading: 'Release room' },
}
export default meta

type Story = StoryObj<Knobs>

/** The connection itself is refused, before any room. */
const refused = (code: ErrorCode): Story => ({
  render: (knobs) => stage(knobs, { before: (server) => server.refuseHandshake(code) }),
})

/** The server is available, but this room cannot be entered. */
const notJoined = (code: ErrorCode): Story => ({
  render: (knobs) => stage(knobs, { before: (server) => server.refuseNextJoin(code) }),
})

export const ServerUnreachable: Story = {
  render: (knobs) => stage(knobs, { before: (server) => server.goOffline() }),
}
export const OriginNotAllowed = refused('origin_not_allowed')
export const UnknownApp = refused('unknown_app')
export const TokenRequired = refused('token_required')
export const TokenInvalid = refused('token_invalid')
export const TokenExpired = refused('token_expired')
export const NotFound = notJoined('room_not_found')
export const Full = notJoined('room_full')
export const Busy = notJoined('overloaded')
export const InternalError = notJoined('internal')
export const MissingAttribute: Story = { render: (knobs) => stage(knobs, { missingApp: true }) }
export const Closed: Story = {
  render: (knobs) => stage(knobs, { before: talk, after: (_, room) => room.destroy() }),
}
export const SwitchFailed: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: (server, room) => {
        server.refuseNextJoin('room_full')
        room.room = 'another-room'
      },
    }),
}
export const RefusedWhileOpen: Story = {
  render: (knobs) => stage(knobs, { before: talk, after: (server) => server.closeSessions('unknown_app') }),
}
