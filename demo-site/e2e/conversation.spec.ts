/** Two people on a page of another origin, through everything that can come between them. */
import { expect, test } from '@playwright/test'
import type { RoomView } from './room-view.js'
import { useWorld } from './world.js'

const world = useWorld()

const pageWith = (room: string): string =>
  world.publish(`<script async src="{embed}" data-app="demo" data-room="${room}"></script>`)

test('[P2] two readers who write at once see the same messages in the same order', async () => {
  const ada = await world.visit(`${world.site}/article`)
  const grace = await world.visit(`${world.site}/article`)
  await ada.room.expectPeople(2)
  const lines = (name: string): string[] => [1, 2, 3, 4, 5].map((n) => `${name} ${n}`)

  await Promise.all([writeAll(ada.room, lines('ada')), writeAll(grace.room, lines('grace'))])

  await expect(ada.room.messages).toHaveCount(10)
  await expect(ada.room.pending).toHaveCount(0)
  const seen = await ada.room.texts()
  await grace.room.expectTexts(seen)
  expect(seen.filter((text) => text.startsWith('ada'))).toEqual(lines('ada'))
  expect(seen.filter((text) => text.startsWith('grace'))).toEqual(lines('grace'))
})

test('[P1] [P3] a server killed in mid-conversation loses nothing it confirmed; what was written meanwhile follows, in order, once', async () => {
  const page = pageWith('crash')
  const ada = await world.visit(page)
  const grace = await world.visit(page)
  await ada.room.send('before 1')
  await grace.room.send('before 2')
  await ada.room.send('before 3')

  await world.chat.kill()
  await writeAll(ada.room, ['down 1', 'down 2', 'down 3'])
  await expect(ada.room.pending).toHaveCount(3)
  await expect(ada.room.message('before 1')).toBeVisible()
  await world.chat.run()

  const all = ['before 1', 'before 2', 'before 3', 'down 1', 'down 2', 'down 3']
  await grace.room.expectTexts(all)
  await ada.room.expectTexts(all)
  await expect(ada.room.pending).toHaveCount(0)
  await grace.room.send('after')
  await ada.room.expectTexts([...all, 'after'])
  const late = await world.visit(page)
  await late.room.expectTexts([...all, 'after'])
})

test('[P1] [P3] killed in the middle of a burst: everything is there once, for everybody, after the restart', async () => {
  const page = pageWith('burst')
  const ada = await world.visit(page)
  const grace = await world.visit(page)
  await grace.room.send('ready')
  const lines = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `line ${n}`)

  const writing = writeAll(ada.room, lines)
  await expect(grace.room.message('line 2')).toBeVisible()
  await world.chat.kill()
  await writing
  await world.chat.run()

  await grace.room.expectTexts(['ready', ...lines])
  await ada.room.expectTexts(['ready', ...lines])
})

test('[P3] a reload keeps who one is, what was said, and what could not be sent yet', async () => {
  const url = pageWith('reload')
  const visitor = await world.visit(url)
  await visitor.room.send('sent before')
  const name = await visitor.room.ownName()

  await visitor.page.reload()
  await visitor.room.expectTexts(['sent before'])
  expect(await visitor.room.ownName()).toBe(name)

  await world.chat.kill()
  await visitor.room.write('written without a server')
  await expect(visitor.room.pending).toHaveCount(1)
  await visitor.page.goto('about:blank')
  await world.chat.run()
  await visitor.page.goto(url)
  await visitor.room.expectTexts(['sent before', 'written without a server'])
  await expect(visitor.room.pending).toHaveCount(0)
  expect(await visitor.room.ownName()).toBe(name)
})

test('[P6] two tabs of one person are one member, and both show what either writes', async () => {
  const url = pageWith('tabs')
  const first = await world.visit(url)
  await first.room.send('from the first tab')
  const second = await world.visitAgain(first, url)
  await second.room.send('from the second tab')
  await first.room.expectTexts(['from the first tab', 'from the second tab'])
  await expect(second.room.element.locator('.message.own')).toHaveCount(2)
  await first.room.expectPeople(1)

  await second.page.close()
  await first.room.send('still here')
  await first.room.expectPeople(1)
})

async function writeAll(room: RoomView, texts: string[]): Promise<void> {
  for (const text of texts) await room.write(text)
}
