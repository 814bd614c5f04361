/** [P9] Whatever people write is text, wherever it is shown. */
import { expect, test } from '@playwright/test'
import { useWorld } from './world.js'

const world = useWorld()

const ATTACK = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'

test('markup in a message, a name and a heading shows as it was written', async () => {
  const url = world.publish(
    `<script async src="{embed}" data-app="demo" data-room="attack" data-name="&lt;b&gt;Mallory&lt;/b&gt;" data-heading="&lt;i&gt;room&lt;/i&gt;"></script>`,
  )
  const mallory = await world.visit(url)
  await mallory.room.send(ATTACK)
  const victim = await world.visit(url)

  await victim.room.expectTexts([ATTACK])
  await expect(victim.room.message('onerror')).toContainText('<b>Mallory</b>')
  await expect(victim.room.element).toContainText('<i>room</i>')
  for (const { page, room } of [mallory, victim]) {
    await expect(room.element.locator('img, .text script, b, i')).toHaveCount(0)
    expect(await page.title()).toBe('A page')
  }
})

test('a javascript: address is no link, an https: one is, and gives away nothing of the page', async () => {
  const url = world.publish('<script async src="{embed}" data-app="demo" data-room="links"></script>')
  const { room } = await world.visit(url)
  await room.send('javascript:alert(1) data:text/html,x https://example.org/a?b=c')
  const links = room.element.locator('.message a')
  await expect(links).toHaveCount(1)
  await expect(links).toHaveAttribute('href', 'https://example.org/a?b=c')
  await expect(links).toHaveAttribute('rel', /noopener/)
})
