/** The browser that the widget's tests run in, started from Node. vitest.config.ts says where it is. */
import { chromium, type Browser } from 'playwright'

export function startChromium(): Promise<Browser> {
  const { TEST_CHROMIUM: executablePath, TEST_CHROMIUM_ARGUMENTS: words = '' } = process.env
  return chromium.launch({ args: words.split(' '), ...(executablePath && { executablePath }) })
}
