/** Reading and writing without a mouse, and what axe finds on the pages. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import { expect, test, type Page } from '@playwright/test'
import { RoomView } from './room-view.js'
import { useWorld } from './world.js'

const world = useWorld()

test('a whole visit by keyboard: write, read back, look who is here, change the name', async () => {
  const url = world.publish(
    '<button>before</button><script async src="{embed}" data-app="demo" data-room="keys"></script>',
  )
  const { page, room } = await world.visit(url)
  await expect(room.field).toBeVisible()
  await page.getByRole('button', { name: 'before' }).focus()

  await tabTo(page, room, 'textarea')
  await page.keyboard.type('one')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('two')
  await page.keyboard.press('Enter')
  await room.expectSent('one')
  expect(await room.texts()).toEqual(['one\ntwo'])
  await page.keyboard.type('three')
  await page.keyboard.press('Enter')
  await room.expectSent('three')

  await page.keyboard.press('Shift+Tab')
  await expect(room.message('three')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(room.message('one')).toBeFocused()

  await page.getByRole('button', { name: 'before' }).focus()
  await tabTo(page, room, '.people')
  await page.keyboard.press('Enter')
  await tabTo(page, room, '[part~="rename-button"]')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('Katherine')
  await page.keyboard.press('Enter')
  await expect(room.element.getByRole('dialog')).toContainText('Katherine')
  await page.keyboard.press('Escape')
  await expect(room.peopleButton).toBeFocused()
})

test("the host's own shortcuts do not fire while somebody writes", async () => {
  const url = world.publish(
    `<script>document.addEventListener('keydown', (event) => event.key === 's' && document.title++)</script>
     <script>document.title = 0</script><script async src="{embed}" data-app="demo" data-room="shortcuts"></script>`,
  )
  const { page, room } = await world.visit(url)
  await room.field.pressSequentially('sssh')
  await expect(room.field).toHaveValue('sssh')
  expect(await page.title()).toBe('0')
})

for (const name of ['', 'article', 'two-rooms', 'launcher', 'signed-in', 'headless', 'strict-csp']) {
  test(`axe finds nothing on the page /${name}`, async () => {
    const { page } = await world.visit(`${world.site}/${name}`)
    if (name === 'launcher') await page.getByRole('button', { name: 'Open chat' }).click()
    if (name !== 'headless') {
      const room = new RoomView(page.locator('chat-room, chat-launcher').first())
      await room.send(`Hello, /${name}`)
    }
    expect(await violationsOf(page)).toEqual([])
  })
}

/** Presses Tab until the element inside the room has the focus, as somebody would who cannot see a shortcut. */
async function tabTo(page: Page, room: RoomView, selector: string): Promise<void> {
  const target = room.element.locator(selector)
  for (let presses = 0; presses < 15; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element.matches(':focus'))) return
  }
  throw new Error(`${selector} cannot be reached with Tab`)
}

async function violationsOf(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(source)
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // Experimental: takes the initials in a hidden avatar for a part of the button's visible label.
      rules: { 'label-content-name-mismatch': { enabled: false } },
    }),
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary ?? ''}`),
  )
}
