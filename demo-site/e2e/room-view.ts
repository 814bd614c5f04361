/** A chat room as its reader sees it: what is written there, and the hands to write. */
import { expect, type Locator } from '@playwright/test'

export class RoomView {
  /** The `<chat-room>` element. */
  readonly element: Locator
  readonly field: Locator
  readonly messages: Locator
  readonly pending: Locator
  readonly peopleButton: Locator

  constructor(element: Locator) {
    this.element = element
    this.field = element.getByRole('textbox', { name: 'Write a message' })
    this.messages = element.getByRole('log').getByRole('article')
    this.pending = element.locator('.message.pending')
    this.peopleButton = element.getByRole('button', { name: /(person|people) here/ })
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text })
  }

  /** Everything written, from first to last. */
  texts(): Promise<string[]> {
    return this.element.locator('.message .text').allTextContents()
  }

  /** Types it and presses Enter, as people do. */
  async write(text: string): Promise<void> {
    await this.field.fill(text)
    await this.field.press('Enter')
  }

  /** Writes it and waits until the server has it. */
  async send(text: string): Promise<void> {
    await this.write(text)
    await this.expectSent(text)
  }

  async expectSent(text: string): Promise<void> {
    await expect(this.element.locator('.message.sent', { hasText: text })).toBeVisible()
  }

  /** After a break the next attempt to connect may be half a minute away, and one may fail. */
  expectTexts(texts: string[]): Promise<void> {
    return expect.poll(() => this.texts(), { timeout: 90_000 }).toEqual(texts)
  }

  async expectPeople(count: number): Promise<void> {
    await expect(this.peopleButton).toContainText(String(count))
  }

  /** One's name, as the list of people tells it. */
  async ownName(): Promise<string> {
    await this.peopleButton.click()
    const own = this.element.getByRole('dialog').getByRole('listitem').filter({ hasText: 'you' })
    const name = await own.innerText()
    await this.element.page().keyboard.press('Escape')
    return name
  }
}
