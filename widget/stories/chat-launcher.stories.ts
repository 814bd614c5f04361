import type { Meta, StoryObj } from '@storybook/web-components-vite'
import type { ChatLauncher } from '../src/chat-launcher.js'
import { stage, talk, type Knobs } from './stage.js'

const meta: Meta<Knobs> = {
  title: 'chat-launcher',
  component: 'chat-launcher',
  args: { theme: 'light', lang: 'en', heading: 'Ask us anything' },
}
export default meta

type Story = StoryObj<Knobs>

export const Closed: Story = { render: (knobs) => stage(knobs, { tag: 'chat-launcher', before: talk }) }

export const Open: Story = {
  render: (knobs) => stage(knobs, { tag: 'chat-launcher', before: talk, attributes: { open: 'true' } }),
}

export const Unread: Story = {
  render: (knobs) =>
    stage(knobs, {
      tag: 'chat-launcher',
      before: talk,
      attributes: { open: 'true' },
      after: (server, room) => {
        const launcher = (room.getRootNode() as ShadowRoot).host as ChatLauncher
        launcher.open = false
        setTimeout(() => {
          for (let i = 0; i < 3; i++) server.sayAs('Grace', 'Are you still there?')
        }, 300)
      },
    }),
}
