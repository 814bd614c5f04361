/** Two people in two browsers: a reaction of one is counted for both, and each knows their own. */
import { expect, test } from '@playwright/test'
import { useWorld } from './world.js'

const world = useWorld()

test('[REACT-7] a reaction is counted in both browsers and for later visitors, and each knows their own', async () => {
  const page = world.publish('<script async src="{embed}" data-app="demo" data-room="reactions"></script>')
  const ada = await world.visit(page)
  const grace = await world.visit(page)
  await ada.room.send('Shall we ship on Thursday?')
  await grace.room.expectTexts(['Shall we ship on Thursday?'])

  await grace.room.message('Thursday').hover()
  await grace.room.element.getByRole('button', { name: 'React', exact: true }).click()
  await grace.room.element.getByRole('dialog').getByRole('button', { name: '🎉' }).click()
  await expect(grace.room.element.getByRole('button', { name: '🎉, you' })).toBeVisible()

  await ada.room.element.getByRole('button', { name: '🎉, 1 person' }).click()
  await expect(ada.room.element.getByRole('button', { name: '🎉, 2 people, you too' })).toBeVisible()
  await expect(grace.room.element.getByRole('button', { name: '🎉, 2 people, you too' })).toBeVisible()

  await ada.room.message('Thursday').focus()
  await ada.page.keyboard.press('+')
  await ada.room.element.getByRole('button', { name: 'All emoji' }).click()
  await ada.room.element.getByRole('searchbox', { name: 'Search emoji' }).fill('rocket')
  await ada.page.keyboard.press('Enter')
  await expect(grace.room.element.getByRole('button', { name: '🚀, 1 person' })).toBeVisible()

  const late = await world.visit(page)
  await expect(late.room.element.getByRole('button', { name: '🎉, 2 people' })).toBeVisible()
  await expect(late.room.element.getByRole('button', { name: '🚀, 1 person' })).toBeVisible()
})
