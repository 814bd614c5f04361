/** The key belongs to an input method. Some send 229 after the composition, with the key that ends it. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229
