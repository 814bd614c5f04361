/**
 * Additions to the view of a room that cannot be shown: the icon, and the reason for the site's developers. Fetched
 * when first needed, because most pages never show it; without it, the sentence and the button suffice.
 */
import { html, nothing, svg, type TemplateResult } from 'lit'
import type { ChatError } from '@alcove/sdk'
import { ERROR_MEANINGS } from '@alcove/sdk/protocol'
import type { Language } from '../language.js'
import { englishRefusal } from '../locales/english-refusal.js'
import { addEnglish } from '../locales/index.js'
import { isRoomId, toRoomId } from '../page-room.js'
import type { Reason } from '../reasons.js'
import { icon } from './icons.js'

export { details as styles } from '../styles/details.js'

addEnglish(englishRefusal)

const ICONS: { [reason in Reason]: () => TemplateResult } = {
  unreachable: () =>
    icon(
      svg`<path d="M4 4l16 16M8.5 16a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 4-2.3M19 12.5a10 10 0 0 0-5.5-2.7M12 19.5h.01" />`,
    ),
  notFound: () => icon(svg`<circle cx="11" cy="11" r="6.5" /><path d="m20 20-4.3-4.3" />`),
  full: () =>
    icon(
      svg`<circle cx="9" cy="8" r="3.5" /><path d="M3 19a6 6 0 0 1 12 0M15.5 4.8a3.5 3.5 0 0 1 0 6.4M17.5 14.3A6 6 0 0 1 21 19" />`,
    ),
  membersOnly: () => ICONS.signIn(),
  signIn: () =>
    icon(svg`<rect x="5" y="11" width="14" height="9" rx="2.5" /><path d="M8 11V8a4 4 0 0 1 8 0v3" />`),
  setup: () =>
    icon(
      svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9" /><circle cx="15" cy="7" r="2" /><circle cx="9" cy="17" r="2" />`,
    ),
  busy: () => icon(svg`<circle cx="12" cy="12" r="8" /><path d="M12 7.5V12l3 2" />`),
  error: () => icon(svg`<path d="M12 8v5M12 16.5h.01" /><circle cx="12" cy="12" r="8.5" />`),
}

export const reasonIcon = (reason: Reason): TemplateResult => ICONS[reason]()

interface Explanation {
  code: string
  hint: string
  /** A line to run or to paste. */
  command?: string
}

/** The settings of the room that an explanation needs. */
interface Asked {
  readonly app: string
  readonly room: string
  readonly server: string
  readonly debug: boolean
}

/** For the site's developers: shown with `debug`, and always in development. */
export function explanation(
  failure: ChatError | string,
  asked: Asked,
  text: Language['text'],
): TemplateResult | undefined {
  const server = parsedUrl(asked.server)
  if (server) servers.add(server.host)
  if (!asked.debug && !isBeingMade(location)) return undefined
  if (typeof failure === 'string') return missingDetails(failure, text)
  return details({ code: failure.code, ...adviceFor(failure, asked) }, text)
}

/** The message of the server or the SDK without "unable to connect;", which is obvious. Its meaning follows. */
function adviceFor({ code, message }: ChatError, asked: Asked): Omit<Explanation, 'code'> {
  const meaning = Object.hasOwn(ERROR_MEANINGS, code) ? ERROR_MEANINGS[code] : ''
  if (code === 'origin_not_allowed') return originAdvice(asked.app, self.origin, location.protocol, meaning)
  if (code === 'server_unreachable') return connectionAdvice(asked.server, location.protocol)
  const reason = message.slice(message.indexOf(';') + 1).trim()
  if (code === 'invalid_request')
    return isRoomId(asked.room) ? { hint: sentence(reason) } : roomAdvice(asked.room)
  // The meaning repeats the server's message.
  const isRepeated = meaning.toLowerCase().startsWith(reason.toLowerCase())
  return { hint: isRepeated ? meaning : `${sentence(reason)} ${meaning}`.trim() }
}

const sentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}`.replace(/[^.?!]$/, '$&.')

function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

const SHOWN_CHARACTERS = 60

function roomAdvice(room: string): Omit<Explanation, 'code'> {
  return {
    hint: `The room "${room.length > SHOWN_CHARACTERS ? `${room.slice(0, SHOWN_CHARACTERS)}…` : room}" cannot be: a room id has 1 to 128 of A-Z a-z 0-9 . _ : @ / -, and not . or .. alone. What visitors shall read is the \`heading\`. This id can be:`,
    command: toRoomId(room),
  }
}

function connectionAdvice(server: string, protocol: string): Omit<Explanation, 'code'> {
  const url = parsedUrl(server)
  const directive = url && blocked.get(url.host)
  if (directive)
    return {
      hint: `The Content Security Policy of this page blocks the connection (\`${directive}\`). It needs both of:`,
      command: `connect-src ${url.origin} ${url.origin.replace(/^http/, 'ws')}`,
    }
  if (protocol === 'https:' && url?.protocol === 'http:')
    return {
      hint: `This page is https and ${url.origin} is not: browsers block that. Put the server behind https.`,
    }
  return {
    hint: `No connection to ${url?.origin ?? 'the server'}: it does not run, this is not its address, or the network or a proxy is in the way. This address answers where it runs:`,
    command: `${url?.origin ?? ''}/healthz`,
  }
}

/** Hosts that rooms connect to; the page's other scripts may be blocked as well. */
const servers = new Set<string>()
/** The directive of the page's policy that blocks the server, by its host. Each attempt to connect reports it again. */
const blocked = new Map<string, string>()
document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective, disposition }) => {
  if (disposition !== 'enforce' || effectiveDirective !== 'connect-src') return
  const url = parsedUrl(blockedURI)
  if (!url || blocked.has(url.host) || !servers.has(url.host)) return
  blocked.set(url.host, effectiveDirective)
  console.error(
    `<chat-room> the Content Security Policy of this page blocks ${url.origin} (${effectiveDirective})`,
  )
})
/** A page opened as a file or served by this machine. A frame without an address inherits its parent's. */
function isBeingMade({ protocol, hostname }: Location): boolean {
  const host = hostname || new URL(document.baseURI).hostname
  return protocol === 'file:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.+\.localhost)$/.test(host)
}

/** @param origin the document's origin, which in a sandboxed frame differs from that of its address */
export function originAdvice(
  app: string,
  origin: string,
  protocol: string,
  meaning: string,
): Omit<Explanation, 'code'> {
  if (/^https?:/.test(origin))
    return { hint: meaning, command: `alcove app update ${app} --add-origin ${origin}` }
  if (protocol === 'file:')
    return {
      hint: 'A page opened as a file has no origin that could be allowed. Serve its folder over http and open it from there; with Python, for example:',
      command: 'python3 -m http.server 8080 --bind 127.0.0.1',
    }
  if (/^(https?|about):$/.test(protocol))
    return {
      hint: 'This page is in a sandboxed iframe and has no origin that could be allowed. Add `allow-same-origin` to the `sandbox` of the iframe:',
      command: '<iframe sandbox="allow-scripts allow-forms allow-same-origin" …>',
    }
  return { hint: `Only pages of http and https can be allowed; this one is of \`${protocol}\`.` }
}

function missingDetails(setting: string, text: Language['text']): TemplateResult {
  const code = 'missing_setting'
  if (!/^[a-z]+$/.test(setting)) return details({ code, hint: `${setting}.` }, text)
  return details(
    {
      code,
      hint: `<chat-room> needs the attribute "${setting}" (data-${setting} on the script tag).`,
      command: '<chat-room server="https://…" app="…" room="…"></chat-room>',
    },
    text,
  )
}

/** In English and left to right whatever the surrounding language, because it holds codes and commands. */
const details = ({ code, hint, command }: Explanation, text: Language['text']): TemplateResult =>
  html`<div class="details" part="details">
    <b>${text('details')}</b>
    <div lang="en" dir="ltr">
      <p><code>${code}</code> — ${withCode(hint)}</p>
      ${command ? html`<pre><code>${command}</code></pre>` : nothing}
    </div>
  </div>`

/** Text between backticks is code. */
const withCode = (words: string): (string | TemplateResult)[] =>
  words.split('`').map((part, index) => (index % 2 ? html`<code>${part}</code>` : part))
