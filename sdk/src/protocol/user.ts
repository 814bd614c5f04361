/** A person as others see them. `id` is stable; `name` is text, never markup. */
export interface User {
  id: string
  name: string
  /** An http(s) address of a picture. */
  avatar?: string
  /** True if the server created the identity; absent for a signed user. */
  guest?: true
}
