/** One browser is one guest, however many tabs it opens at once; a logout in one of them holds in all. */
import { expect, test, type Page } from '@playwright/test'
import { useWorld, type Visitor } from './world.js'

const world = useWorld()

/** Everybody the page has been told it is. */
const people = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as { people: string[] }).people)

const chatPage = (room: string): string =>
  world.publish(`<script>
      window.people = []
      window.Alcove = [['on', 'ready', ({ detail }) => people.push(detail.me.id)]]
    </script>
    <script async src="{embed}" data-app="demo" data-room="${room}"></script>`)

async function openTwoTabs(room: string, prepare?: (page: Page) => Promise<unknown>): Promise<Visitor[]> {
  const first = await world.visit(world.publish('<p>No chat here</p>'))
  const url = chatPage(room)
  return Promise.all(
    [1, 2].map(async () => {
      const tab = await world.visitAgain(first, 'about:blank')
      await prepare?.(tab.page)
      await tab.page.goto(url)
      return tab
    }),
  )
}

for (const [kind, prepare] of [
  ['with Web Locks', undefined],
  [
    'without them, as on a page that is not served securely',
    (page: Page) =>
      page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })),
  ],
  [
    'while a tab that hangs has the lock',
    (page: Page) =>
      page.addInitScript(() => {
        const request = navigator.locks.request.bind(navigator.locks) as (...given: unknown[]) => unknown
        const name = 'alcove:hung'
        void request(name, () => new Promise(() => {}))
        Object.defineProperty(LockManager.prototype, 'request', {
          value: (_name: string, ...rest: unknown[]) => request(name, ...rest),
        })
      }),
  ],
] as const) {
  test(`two tabs of a first visit, opened together, are one guest: ${kind}`, async () => {
    const tabs = await openTwoTabs(`first-${kind.length}`, prepare)
    for (const { page } of tabs) await expect.poll(() => people(page).then(({ length }) => length)).toBe(1)
    const [one, other] = await Promise.all(tabs.map(({ page }) => people(page)))
    expect(one).toEqual(other)
    for (const { room } of tabs) await room.expectPeople(1)
  })
}

test('a guest’s logout in one tab makes both the same new guest, and nothing of the former one is left', async () => {
  const tabs = (await openTwoTabs('logout')) as [Visitor, Visitor]
  await tabs[0].room.send('by the former')
  for (const { page } of tabs) await expect.poll(() => people(page).then(({ length }) => length)).toBe(1)
  const [former] = await people(tabs[0].page)
  await tabs[0].page.evaluate(() => {
    ;(window as unknown as { Alcove: { push(command: string[]): void } }).Alcove.push(['logout'])
  })
  for (const { page } of tabs) await expect.poll(() => people(page).then(({ length }) => length)).toBe(2)
  const [[, one], [, other]] = (await Promise.all(tabs.map(({ page }) => people(page)))) as [
    string[],
    string[],
  ]
  expect(one).toBe(other)
  expect(one).not.toBe(former)
  await tabs[1].room.send('by the new one')
  await tabs[0].room.expectTexts(['by the former', 'by the new one'])
  for (const { room } of tabs) await room.expectPeople(1)
})
