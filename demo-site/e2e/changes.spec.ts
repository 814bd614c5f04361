/** Two people in two browsers: what one edits and deletes, the other sees. */
import { expect, test } from '@playwright/test'
import { useWorld } from './world.js'

const world = useWorld()

test('[CHANGE-6] an edit and a deletion reach the other browser, and later visitors', async () => {
  const page = world.publish('<script async src="{embed}" data-app="demo" data-room="changes"></script>')
  const ada = await world.visit(page)
  const grace = await world.visit(page)
  await ada.room.send('Shall we ship on Thursday?')
  await ada.room.send('wrong room')
  await grace.room.expectTexts(['Shall we ship on Thursday?', 'wrong room'])

  await ada.room.message('Thursday').hover()
  await ada.room.element.getByRole('button', { name: 'Edit' }).click()
  const field = ada.room.element.getByRole('textbox', { name: 'Edit message' })
  await field.fill('Shall we ship on Friday?')
  await field.press('Enter')
  await grace.room.expectTexts(['Shall we ship on Friday?', 'wrong room'])
  await expect(grace.room.message('Friday')).toContainText('edited')

  await ada.room.message('wrong room').focus()
  await ada.page.keyboard.press('Delete')
  await expect(ada.room.element.getByRole('button', { name: 'Delete', exact: true })).toBeFocused()
  await ada.page.keyboard.press('Enter')
  await expect(ada.room.element.getByRole('button', { name: 'Undo' })).toBeVisible()
  await grace.room.expectTexts(['Shall we ship on Friday?', 'wrong room'])
  await grace.room.expectTexts(['Shall we ship on Friday?', 'Message deleted'])
  await expect(grace.room.message('wrong room')).toHaveCount(0)

  const late = await world.visit(page)
  await late.room.expectTexts(['Shall we ship on Friday?', 'Message deleted'])
})
