import type { Meta, StoryObj } from '@storybook/web-components-vite'
import type { ChatRoom } from '../src/chat-room.js'
import { stage, talk, type Knobs, type Scene } from './stage.js'

const meta: Meta<Knobs> = {
  title: 'chat-room/editing and deleting',
  component: 'chat-room',
  args: { theme: 'light', lang: 'en', heading: 'Release room', inlineSize: '640px' },
}
export default meta

type Story = StoryObj<Knobs>

/** A conversation with a message of the reader's own, on which keys are pressed one after the other. */
const pressed = (keys: readonly string[], after: Scene['after'] = () => undefined): Story => ({
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: (server, room) =>
        void room.send('Great. I’ll write the announcement then.').then(async () => {
          after(server, room)
          for (const key of keys) await press(room, key)
        }),
    }),
})

/** Presses the keys on the focused element or the newest message; the part that handles them takes a moment to load. */
async function press(room: ChatRoom, key: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 400))
  const root = room.shadowRoot!
  const target = root.activeElement ?? [...root.querySelectorAll<HTMLElement>('.message')].at(-1)!
  if (target.matches('.message')) (target as HTMLElement).focus()
  if (target.matches('button') && key === 'Enter') (target as HTMLElement).click()
  else target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}

export const Actions: Story = pressed(['Enter'])
export const Editing: Story = pressed(['e'])
export const EditingNarrowDark: Story = { ...Editing, args: { theme: 'dark', inlineSize: '320px' } }
export const EditingArabic: Story = { ...Editing, args: { lang: 'ar' } }
export const AsksToDelete: Story = pressed(['Delete'])
export const CanBeUndone: Story = pressed(['Delete', 'Enter'])
export const ActionsForFingers: Story = { ...Actions, args: { inlineSize: '320px' } }

export const Refused: Story = pressed(['e'], (server, room) => {
  server.refuseNextChange('edit_window_closed')
  setTimeout(() => {
    const field = room.shadowRoot!.querySelector('textarea')!
    field.value += ' Or tomorrow.'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.form!.requestSubmit()
  }, 1_000)
})

export const EditedAndDeleted: Story = {
  render: (knobs) =>
    stage(knobs, {
      before: (server) => {
        const first = server.sayAs('Grace', 'Morning! Did the new build go out?')
        const second = server.sayAs('Alan', 'It did. Everything is read so far.')
        const third = server.sayAs('Grace', 'Wrong room, sorry')
        server.edit(second, 'It did. Everything is green so far.')
        server.delete(third, 'Grace')
        server.edit(first, 'Good morning! Did the new build go out?')
      },
    }),
}
