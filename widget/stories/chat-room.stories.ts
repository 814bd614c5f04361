import type { Meta, StoryObj } from '@storybook/web-components-vite'
import { stage, talk, type Knobs } from './stage.js'

const meta: Meta<Knobs> = {
  title: 'chat-room',
  component: 'chat-room',
  argTypes: {
    theme: { control: 'inline-radio', options: ['auto', 'light', 'dark'] },
    lang: { control: 'inline-radio', options: ['en', 'de', 'es', 'ar'] },
    density: { control: 'inline-radio', options: ['comfortable', 'compact'] },
    accent: { control: 'color' },
    radius: { control: 'text' },
  },
  args: { theme: 'light', lang: 'en', density: 'comfortable', heading: 'Release room' },
}
export default meta

type Story = StoryObj<Knobs>

export const Conversation: Story = {
  render: (knobs) =>
    stage(knobs, {
      members: 2,
      before: talk,
      after: (server, room) => {
        void room.send('Great. I’ll write the announcement then.')
        void room.send('Give me ten minutes ☕').then(() => server.setTyping(['Grace']))
      },
    }),
}

export const Dark: Story = { ...Conversation, args: { theme: 'dark' } }

export const Compact: Story = { ...Conversation, args: { density: 'compact' } }

export const OwnAccent: Story = { ...Conversation, args: { accent: '#0f8a6d', radius: '6px' } }

export const LightAccent: Story = { ...Conversation, args: { accent: '#ffd54a', radius: '22px' } }

export const Empty: Story = { render: (knobs) => stage(knobs) }

export const Narrow: Story = { ...Conversation, args: { inlineSize: '320px' } }

export const Arabic: Story = {
  args: { lang: 'ar', heading: 'غرفة الإصدار' },
  render: (knobs) =>
    stage(knobs, {
      attributes: { name: 'ليلى' },
      before: (server) => {
        server.sayAs('سامي', 'صباح الخير! هل صدرت النسخة الجديدة؟')
        server.sayAs('سامي', 'ملاحظات الإصدار رائعة.')
        server.sayAs('Alan', 'Yes, it is out. All green so far.')
      },
      after: (server, room) => {
        void room.send('ممتاز، سأكتب الإعلان الآن.')
        server.setTyping(['سامي', 'Alan'])
      },
    }),
}

export const Busy: Story = {
  render: (knobs) =>
    stage(knobs, {
      members: 140,
      before: (server) => void server.fillRoom('lobby', { count: 400 }),
      after: (server) => void server.fillRoom('lobby', { rate: 8 }),
    }),
}

export const Connecting: Story = { render: (knobs) => stage(knobs, { latencyMs: 1_000_000 }) }

export const Offline: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: (server, room) => {
        server.goOffline()
        void room.send('This waits until the connection is back.')
      },
    }),
}

export const BackOnline: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: (server) => {
        server.goOffline()
        for (let i = 1; i <= 37; i++) server.sayAs('Grace', `Missed message ${i}`)
        setTimeout(() => server.goOnline(), 1_500)
      },
    }),
}

export const PendingAndFailed: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: (server, room) => {
        server.refuseNextSend('forbidden')
        void room.send('This one was refused.').catch(() => undefined)
        setTimeout(() => {
          server.delayAcks(1_000_000)
          server.loseNextFrame()
          void room.send('And this one is still on its way.')
        })
      },
    }),
}

export const LongWords: Story = {
  args: { inlineSize: '320px' },
  render: (knobs) =>
    stage(knobs, {
      before: (server) => {
        server.sayAs('Alan', 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'.repeat(3))
        server.sayAs('Alan', `https://example.com/${'a-very-long-path/'.repeat(12)}`)
        server.sayAs(
          'A name so long that it has no room at all beside the time',
          'Line one\nLine two\n\nLine four',
        )
      },
      after: (_, room) => void room.send('W'.repeat(160)),
    }),
}

export const NearTheLimit: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      limits: { messageCharacters: 120 },
      draft: 'Only a little more fits here. '.repeat(5),
    }),
}

export const Typing: Story = {
  render: (knobs) =>
    stage(knobs, { before: talk, after: (server) => server.setTyping(['Grace', 'Alan', 'Katherine']) }),
}

export const ManyMembers: Story = {
  render: (knobs) =>
    stage(knobs, {
      members: 48,
      before: talk,
      after: (_, room) => room.shadowRoot?.querySelector<HTMLElement>('.people')?.click(),
    }),
}

export const HostileNames: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: (server) => {
        server.sayAs({ id: 'x1', name: '<img src=x onerror=alert(1)>' }, '<script>alert(1)</script>')
        server.sayAs(
          { id: 'x2', name: '\u202eevil\u202c' },
          'javascript:alert(1) https://user:pass@bank.example',
        )
        server.sayAs({ id: 'alan-7f3a', name: 'Alan' }, 'I am Alan.')
        server.sayAs({ id: 'alan-91bc', name: 'alan' }, 'No, I am.')
        server.sayAs({ id: 'x3', name: 'Z̸̢̛a̶l̵g̷o̸' }, 'H̸̡̪̯ͨ͊̽̅̾̎Ȩ̬̩̾͛ͪ̈́̀́͘ comes')
      },
    }),
}
