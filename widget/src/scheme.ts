/**
 * Whether the page around an element declares its colour schemes. If so, `theme="auto"` follows the page; otherwise it
 * follows the reader's system.
 */
export const pageDeclaresScheme = (element: Element): boolean =>
  getComputedStyle(element.parentElement ?? document.documentElement).colorScheme !== 'normal'
