import type { FakeServer } from '@alcove/sdk/testing'
import type { Meta, StoryObj } from '@storybook/web-components-vite'
import type { ChatRoom } from '../src/chat-room.js'
import { pressed, stage, talk, type Knobs, type Scene } from './stage.js'

const meta: Meta<Knobs> = {
  title: 'chat-room/reactions',
  component: 'chat-room',
  args: { theme: 'light', lang: 'en', heading: 'Release room', inlineSize: '640px' },
}
export default meta

type Story = StoryObj<Knobs>

/** What others think of a message of theirs and of one's own, and one's own among them. */
async function reactTo(server: FakeServer, room: ChatRoom): Promise<void> {
  const own = await room.send('Great. I’ll write the announcement then.')
  for (const who of ['Grace', 'Alan', own.user]) server.react(own.id, '🎉', who)
  server.react(own.id, '🙏', 'Grace')
}

/** The talk, with reactions; keys are then pressed on one's own message, one after the other. */
const reacted = (keys: readonly string[] = [], more: Scene = {}): Story => ({
  render: (knobs) =>
    stage(knobs, {
      before: (server) => {
        talk(server)
        const id = server.sayAs('Katherine', 'Latency is where it was. Shall we call it done?')
        for (const who of ['Grace', 'Alan']) server.react(id, '👍', who)
        server.react(id, '❤️', 'Grace')
        more.before?.(server)
      },
      after: async (server, room) => {
        await reactTo(server, room)
        await pressed(room, keys)
        await more.after?.(server, room)
      },
    }),
})

export const Chips = reacted()
export const ChipsDark: Story = { ...Chips, args: { theme: 'dark' } }
export const ChipsArabic: Story = { ...Chips, args: { lang: 'ar' } }
export const ChipsNarrow: Story = { ...Chips, args: { inlineSize: '320px' } }
export const ChipsCompact: Story = { ...Chips, args: { density: 'compact' } }
export const OwnAccent: Story = { ...Chips, args: { accent: '#ffd54a', radius: '4px' } }

export const Usual = reacted(['+'])
export const UsualDark: Story = { ...Usual, args: { theme: 'dark' } }
export const UsualNarrow: Story = { ...Usual, args: { inlineSize: '320px' } }
export const AllEmoji = reacted(['+', 'End', 'Enter'])
export const AllEmojiDark: Story = { ...AllEmoji, args: { theme: 'dark' } }
export const AllEmojiArabic: Story = { ...AllEmoji, args: { lang: 'ar' } }
export const AllEmojiNarrow: Story = { ...AllEmoji, args: { inlineSize: '240px', blockSize: '420px' } }

/** As many kinds as a message may have. */
export const ManyKinds: Story = {
  args: { inlineSize: '320px' },
  render: (knobs) =>
    stage(knobs, {
      before: (server) => {
        const id = server.sayAs('Grace', 'It is out.')
        for (let i = 0; i < 20; i++)
          for (let n = 0; n <= i % 4; n++)
            server.react(id, String.fromCodePoint(0x1f600 + i), { id: `u${n}`, name: `U${n}` })
        server.sayAs('Alan', 'At last.')
      },
    }),
}

/** Who may not react reads the counts. */
export const ReadOnly = reacted([], { after: (server) => server.setCapabilities(['read']) })

export const Offline: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: async (server, room) => {
        await reactTo(server, room)
        server.goOffline()
        await pressed(room, ['+', 'Enter'])
      },
    }),
}

export const Refused: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: async (server, room) => {
        await reactTo(server, room)
        server.refuseNextChange('too_many_reactions')
        await pressed(room, ['+', 'Enter'])
      },
    }),
}
