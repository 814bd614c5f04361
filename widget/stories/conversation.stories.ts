import type { Meta, StoryObj } from '@storybook/web-components-vite'
import { pressed, stage, talk, type Knobs, type Scene } from './stage.js'

const meta: Meta<Knobs> = {
  title: 'chat-room/editing and deleting',
  component: 'chat-room',
  args: { theme: 'light', lang: 'en', heading: 'Release room', inlineSize: '640px' },
}
export default meta

type Story = StoryObj<Knobs>

/** A conversation with a message of the reader's own, on which keys are pressed one after the other. */
const acted = (keys: readonly string[], after: Scene['after'] = () => undefined): Story => ({
  render: (knobs) =>
    stage(knobs, {
      before: talk,
      after: (server, room) =>
        void room.send('Great. I’ll write the announcement then.').then(() => {
          void after(server, room)
          return pressed(room, keys)
        }),
    }),
})

export const Actions: Story = acted(['Enter'])
export const Editing: Story = acted(['e'])
export const EditingNarrowDark: Story = { ...Editing, args: { theme: 'dark', inlineSize: '320px' } }
export const EditingArabic: Story = { ...Editing, args: { lang: 'ar' } }
export const AsksToDelete: Story = acted(['Delete'])
export const CanBeUndone: Story = acted(['Delete', 'Enter'])
export const ActionsForFingers: Story = { ...Actions, args: { inlineSize: '320px' } }

export const Refused: Story = acted(['e'], (server, room) => {
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
