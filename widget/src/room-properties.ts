/** The attributes of a room; shared with `<chat-launcher>`, which passes them on. */
export const roomProperties = {
  server: { type: String },
  app: { type: String },
  room: { type: String },
  token: { type: String },
  theme: { type: String, reflect: true },
  lang: { type: String },
  name: { type: String },
  density: { type: String, reflect: true },
  heading: { type: String },
  sound: { type: Boolean },
  debug: { type: Boolean },
  tokenFetcher: { attribute: false },
  strings: { attribute: false },
  createChat: { attribute: false },
  missing: { attribute: false },
} as const
