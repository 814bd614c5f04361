/** The demo site's pages: each works as the stranger who wrote it expects. */
import { expect, test, type Page } from '@playwright/test'
import { RoomView } from './room-view.js'
import { useWorld } from './world.js'

const world = useWorld()

test('in a page with hostile styles the room stays legible and usable', async () => {
  const { room } = await world.visit(`${world.site}/hostile`)
  await room.send('Can you read me?')

  const box = await room.element.getByRole('log').boundingBox()
  expect(box?.width).toBeGreaterThan(280)
  expect(box?.height).toBeGreaterThan(200)
  await expect(room.message('Can you read me?')).toBeInViewport()
  for (const part of [room.message('Can you read me?').locator('.text'), room.field]) {
    await expect(part).toBeVisible()
    const style = await part.evaluate((element) => {
      const { fontSize, fontStyle, letterSpacing, textTransform, textIndent, textShadow, lineHeight } =
        getComputedStyle(element)
      return { fontSize, fontStyle, letterSpacing, textTransform, textIndent, textShadow, lineHeight }
    })
    expect(style).toMatchObject({
      fontStyle: 'normal',
      letterSpacing: 'normal',
      textTransform: 'none',
      textIndent: '0px',
      textShadow: 'none',
    })
    expect(Number.parseFloat(style.fontSize)).toBeGreaterThanOrEqual(13)
    expect(Number.parseFloat(style.fontSize)).toBeLessThanOrEqual(20)
  }
})

test('code keeps its order on a page read from right to left, and is not cut off on a narrow one', async () => {
  for (const path of ['', 'strict-csp']) {
    const { page } = await world.visit(`${world.site}/${path}`, (page) =>
      page.setViewportSize({ width: 320, height: 640 }),
    )
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    for (const code of await page.locator('pre, code').all()) await expect(code).toHaveCSS('direction', 'ltr')
    const { scrollWidth, clientWidth, pageWidth } = await page.locator('pre').evaluate((pre) => ({
      scrollWidth: pre.scrollWidth,
      clientWidth: pre.clientWidth,
      pageWidth: document.documentElement.scrollWidth,
    }))
    expect(scrollWidth).toBe(clientWidth)
    expect(pageWidth).toBe(320)
  }
})

test('two rooms on one page have nothing to do with each other', async () => {
  const { page } = await world.visit(`${world.site}/two-rooms`)
  await expect(page.locator('chat-room')).toHaveCount(2)
  const sunrise = new RoomView(page.locator('.one chat-room'))
  const lagoon = new RoomView(page.locator('.two chat-room'))

  await sunrise.send('only at sunrise')
  await lagoon.send('only in the lagoon')

  await sunrise.expectTexts(['only at sunrise'])
  await lagoon.expectTexts(['only in the lagoon'])
})

test('the launcher opens a room, gives the focus back on Escape, and counts what was missed', async () => {
  const { page } = await world.visit(`${world.site}/launcher`)
  const open = page.getByRole('button', { name: 'Open chat' })
  const room = new RoomView(page.locator('chat-launcher'))
  await expect(room.field).toBeHidden()

  await open.click()
  await room.send('Is it dishwasher safe?')
  await page.keyboard.press('Escape')
  await expect(room.field).toBeHidden()
  await expect(open).toBeFocused()

  const other = await world.visit(`${world.site}/launcher`)
  await other.page.getByRole('button', { name: 'Open chat' }).click()
  await new RoomView(other.page.locator('chat-launcher')).send('It is.')
  await expect(page.locator('chat-launcher').getByRole('button', { name: /unread message/ })).toBeVisible()
})

test("a signed-in user has the token's name, on every page load, and cannot be somebody else", async () => {
  const ada = await world.visit(`${world.site}/signed-in?user=ada`)
  const grace = await world.visit(`${world.site}/signed-in?user=grace`)
  await grace.room.send('Good morning')
  await expect(ada.room.message('Good morning')).toContainText('Grace Hopper')
  expect(await ada.room.ownName()).toContain('Ada Lovelace')
  await ada.room.peopleButton.click()
  await expect(ada.room.element.getByRole('button', { name: 'Change name' })).toBeHidden()
})

test('a page that forbids everything but the chat runs it without one violation', async () => {
  const violations: string[] = []
  const { page, room } = await world.visit(`${world.site}/strict-csp`, (page) =>
    watchPolicy(page, violations),
  )
  await room.send('May I park here?')
  await room.peopleButton.click()
  await expect(room.element.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 400, height: 700 })
  await room.send('And here?')
  expect(violations).toEqual([])
})

test('a nonce on the tag is enough for all that the widget fetches', async () => {
  const { room } = await world.visit(
    world.publish(`<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-abc'">
      <script async nonce="abc" src="{embed}" data-app="demo" data-room="nonce" data-lang="de"></script>`),
  )
  await expect(room.element.getByRole('textbox', { name: 'Nachricht schreiben' })).toBeVisible()
  await room.element.getByRole('button', { name: /Person/ }).click()
  await expect(room.element.getByRole('dialog')).toBeVisible()
})

test('the SDK alone runs a page of its own design', async () => {
  const terminal = await world.visit(`${world.site}/headless`)
  const log = terminal.page.getByRole('log')
  await terminal.page.getByRole('textbox', { name: 'Message' }).fill('hello from the terminal')
  await terminal.page.keyboard.press('Enter')
  await expect(log).toContainText('operator > hello from the terminal')

  const lobby = await world.visit(world.site)
  await expect(lobby.room.message('hello from the terminal')).toBeVisible()
  await lobby.room.send('hello from the widget')
  await expect(log).toContainText('hello from the widget')
})

/** Both ways a violation is told: the event on the document, and the browser's own words. */
async function watchPolicy(page: Page, violations: string[]): Promise<void> {
  page.on('console', (message) => {
    if (/Content.Security.Policy|Trusted ?(Type|Script|HTML)/i.test(message.text()))
      violations.push(message.text())
  })
  await page.exposeFunction('reportViolation', (text: string) => violations.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = window as unknown as { reportViolation: (text: string) => void }
      reportViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
}
