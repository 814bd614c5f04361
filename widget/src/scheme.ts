/**
 * Whether the page around an element has said which colour schemes it has. If so, `theme="auto"` follows the page;
 * a page that has said nothing gets the scheme its reader's system asks for.
 */
export const pageDeclaresScheme = (element: Element): boolean =>
  getComputedStyle(element.parentElement ?? document.documentElement).colorScheme !== 'normal'
