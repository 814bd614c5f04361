/** Registers an element once: a page may load the widget twice, in two versions, or import it on a server. */
export function define(name: string, element: CustomElementConstructor): void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined
  if (registry && !registry.get(name)) registry.define(name, element)
}
