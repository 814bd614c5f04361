/** A person as others see them. `id` is stable; `name` is text, never markup. */
export interface User {
  id: string
  name: string
  /** An http(s) address of a picture. */
  avatar?: string
  /** True when the server made the identity, absent for a signed user. */
  guest?: true
}
