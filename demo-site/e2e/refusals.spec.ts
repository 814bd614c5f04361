/** A room that cannot be shown says why, where it would have been. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { ChatServer } from './chat-server.js'
import { useWorld } from './world.js'

const world = useWorld({
  apps: [
    ['elsewhere', '--add-origin', 'https://elsewhere.example'],
    ['small', '--add-origin', 'http://127.0.0.1:*', '--limit', 'membersPerRoom=1'],
    ['members-only', '--add-origin', 'http://127.0.0.1:*', '--guests', 'no'],
  ],
})

const tag = (attributes: string): string =>
  world.publish(`<script async src="{embed}" data-debug ${attributes}></script>`)

/** What the page's console gets of Alcove, and what nothing has caught; the browser's own lines are not ours. */
function watchOwnLines(page: Page): string[] {
  const lines: string[] = []
  page.on('console', (message) => {
    if (/^(Alcove|<chat-)/.test(message.text())) lines.push(message.text())
  })
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`))
  return lines
}

test('[P8] a page that is not on the list sees the reason, with the line that allows it', async () => {
  const { page, room } = await world.visit(tag('data-app="elsewhere" data-room="lobby"'))
  await expect(room.element).toContainText('Chat isn’t available here yet')
  await expect(room.element).toContainText(
    `alcove app update elsewhere --add-origin ${new URL(page.url()).origin}`,
  )
})

test('a page opened as a file gets the advice to serve it, without asking for details', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alcove-page-'))
  try {
    const file = join(folder, 'index.html')
    const html = `<script async src="${world.chat.url}/embed.js" data-app="demo" data-room="lobby"></script>`
    await writeFile(file, `<!doctype html><meta charset="utf-8"><title>A file</title>${html}`)
    const { room } = await world.visit(pathToFileURL(file).href)
    await expect(room.element).toContainText('A page opened as a file has no origin')
    await expect(room.element).not.toContainText('--add-origin')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a page in a sandboxed iframe sees which keyword is missing', async () => {
  const inner = world.publish('<script async src="{embed}" data-app="demo" data-room="lobby"></script>')
  const { page } = await world.visit(
    world.publish(`<iframe sandbox="allow-scripts" src="${inner}"></iframe>`),
  )
  const room = page.frameLocator('iframe').locator('chat-room')
  await expect(room).toContainText('allow-same-origin')
  await expect(room).not.toContainText('--add-origin')
})

test('an unknown app, a missing room and an unwelcome guest each have their own explanation', async () => {
  const unknown = await world.visit(tag('data-app="nobody" data-room="lobby"'))
  await expect(unknown.room.element).toContainText('unknown_app')
  const roomless = await world.visit(tag('data-app="demo"'))
  await expect(roomless.room.element).toContainText('room')
  const guest = await world.visit(tag('data-app="members-only" data-room="lobby"'))
  await expect(guest.room.element).toContainText('This chat is for people who are signed in')
})

test('a server that cannot be reached is said to be away, and the room opens by itself once it is back', async () => {
  const other = await ChatServer.start()
  try {
    await other.kill()
    const { room } = await world.visit(tag(`data-server="${other.url}" data-app="demo" data-room="later"`))
    await expect(room.element).toContainText('Chat can’t be reached')
    await other.run()
    await expect(room.field).toBeVisible({ timeout: 90_000 })
    await room.send('and there it is')
  } finally {
    await other.close()
  }
})

test('the explanation of a refusal is a separate file; without it the sentence and the button remain', async () => {
  const url = tag('data-app="members-only" data-room="lobby"')
  const { room } = await world.visit(url, (page) => page.route('**/refusal.js*', (route) => route.abort()))
  await expect(room.element).toContainText('This chat is for people who are signed in')
  await expect(room.element.getByRole('button', { name: 'Try again' })).toBeVisible()
  await expect(room.element).not.toContainText('token_required')
})

// Browsers keep a failed fetch with its address: at another one it comes in each of them.
test('a list of people that cannot be fetched is reported, and the next press requests it at another address', async () => {
  const asked: string[] = []
  const { page, room } = await world.visit(tag('data-app="demo" data-room="lobby"'), (page) =>
    page.route('**/people-panel.js*', (route) => {
      asked.push(new URL(route.request().url()).search)
      return asked.length === 1 ? route.abort() : route.continue()
    }),
  )
  const told = page.evaluate(
    () => new Promise((resolve) => document.addEventListener('chat-error', () => resolve(true))),
  )
  await room.peopleButton.click()
  await told
  await expect(room.element.getByRole('dialog')).toHaveCount(0)
  await room.peopleButton.click()
  await expect(room.element.getByRole('dialog')).toBeVisible()
  expect(asked).toEqual(['', '?1'])
})

test('a full room says so, and opens when somebody leaves', async () => {
  const url = tag('data-app="small" data-room="nook"')
  const first = await world.visit(url)
  await first.room.send('mine')
  const second = await world.visit(url)
  await expect(second.room.element).toContainText('This room is full')

  await first.page.close()
  const tryAgain = second.room.element.getByRole('button', { name: 'Try again' })
  await expect(async () => {
    // Gone where the press before has led into the room after all.
    if (await tryAgain.isVisible()) await tryAgain.click({ timeout: 1_000 })
    await expect(second.room.field).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await second.room.expectTexts(['mine'])
})

test('a room named after the title has the title as its heading, and the owner’s own heading goes first', async () => {
  const named = await world.visit(
    world.publish(
      '<script>document.title = "Mein Café: 🎉"</script><script async src="{embed}" data-app="demo" data-room-from="title"></script>',
    ),
  )
  await expect(named.room.element.locator('[part=heading]')).toHaveText('Mein Café: 🎉')
  await named.room.send('under its title')
  const own = await world.visit(tag('data-app="demo" data-room-from="title" data-heading="Ask us"'))
  await expect(own.room.element.locator('[part=heading]')).toHaveText('Ask us')
})

test('a room id that cannot be is shown with the rule and one that can be; trying again is not offered', async () => {
  const { room } = await world.visit(
    world.publish('<script async src="{embed}" data-app="demo" data-room="my room"></script>'),
  )
  await expect(room.element).toContainText('The room "my room" cannot be')
  await expect(room.element.locator('pre')).toHaveText(/^my-room-\w+$/)
  await expect(room.element.getByRole('button')).toHaveCount(0)
})

test('settings that are not valid JSON are reported in one place, and nothing else is', async () => {
  let lines: string[] = []
  const { page } = await world.visit(
    world.publish(
      '<main><script type="application/json" data-alcove>{ "app": demo }</script></main><script async src="{embed}"></script>',
    ),
    async (page) => void (lines = watchOwnLines(page)),
  )
  await expect(page.locator('main')).toContainText('are not valid JSON')
  await page.waitForFunction(() => 'elements' in ((window as { Alcove?: object }).Alcove ?? {}))
  await expect(page.locator('chat-room')).toHaveCount(0)
  expect(lines).toHaveLength(1)
})

test('a tag of type module works like any other', async () => {
  const { page, room } = await world.visit(
    world.publish(
      '<main><script type="module" src="{embed}" data-app="demo" data-room="module"></script></main>',
    ),
  )
  await room.send('as a module')
  await expect(page.locator('main > chat-room')).toHaveCount(1)
})

for (const list of ['default', 'alcove', 'lit-html']) {
  test(`a trusted-types list of ${list} alone is reported in place, and once on the console`, async () => {
    let lines: string[] = []
    const { page } = await world.visit(
      world.publish(
        `<meta http-equiv="Content-Security-Policy" content="trusted-types ${list}; require-trusted-types-for 'script'">
        <main><script async src="{embed}" data-app="demo" data-room="lobby"></script></main>`,
      ),
      async (page) => void (lines = watchOwnLines(page)),
    )
    await expect(page.locator('main')).toContainText('A trusted-types list needs alcove and lit-html')
    expect(lines.filter((line) => line.startsWith('Alcove'))).toHaveLength(1)
    // What ends the module is the page's to see as well: only the loader can catch it.
    if (list !== 'alcove') expect(lines).toHaveLength(1)
  })
}

test('a policy that blocks the connection is named with its directive, in place and once on the console', async () => {
  let lines: string[] = []
  const { page, room } = await world.visit(
    world.publish(
      `<meta http-equiv="Content-Security-Policy" content="connect-src 'self'">
      <script async src="{embed}" data-app="demo" data-room="lobby"></script>`,
    ),
    async (page) => void (lines = watchOwnLines(page)),
  )
  await expect(room.element).toContainText('The Content Security Policy of this page blocks the connection')
  await expect(room.element.locator('pre')).toHaveText(
    `connect-src ${world.chat.url} ${world.chat.url.replace('http', 'ws')}`,
  )
  await room.element.getByRole('button', { name: 'Try again' }).click()
  await expect(room.element).toContainText('Trying again in')
  expect(lines.filter((line) => line.includes('connect-src'))).toHaveLength(1)
  expect(lines.filter((line) => line.includes('no way to the server'))).toHaveLength(1)
  expect(lines).toHaveLength(2)
  await expect(page.locator('chat-room')).not.toContainText('it does not run')
})

test('settings that do nothing are named, with what was meant', async () => {
  let lines: string[] = []
  const { page, room } = await world.visit(
    tag('data-app="demo" data-room="lobby" data-mode="popup" data-theme="drak" data-roomfrom="title"'),
    async (page) => void (lines = watchOwnLines(page)),
  )
  await expect(room.field).toBeVisible()
  await expect(page.locator('chat-room + p')).toContainText('data-mode="popup" is not understood')
  await expect(page.locator('chat-room + p')).toContainText('did you mean "dark"?')
  await expect(page.locator('chat-room + p')).toContainText('did you mean data-room-from?')
  expect(lines).toHaveLength(1)
})
