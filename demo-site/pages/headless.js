/** A chat room without the widget: everything below is the page's own. */
import { createChat } from '/alcove-sdk.min.js'

const log = document.querySelector('#log')
const status = document.querySelector('#status')
const input = document.querySelector('#text')

const chat = createChat({ server: '__ALCOVE_URL__', app: '__ALCOVE_APP__', user: { name: 'operator' } })
chat.on('status', ({ current }) => (status.textContent = current))

// While there is no connection this waits; it rejects when the answer is no.
chat.join('lobby').then(talkIn, showError)

function talkIn(room) {
  room.on('change', () => show(room))
  show(room)
  input.disabled = false
  input.focus()
  input.addEventListener('input', () => room.keystroke())
  document.querySelector('#form').addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (!text) return
    input.value = ''
    room.send(text).catch(showError)
  })
}

function show(room) {
  const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40
  log.replaceChildren(...room.messages.map(line))
  if (wasAtEnd) log.scrollTop = log.scrollHeight
  const typing = room.typingUsers.map((user) => user.name)
  const parts = [chat.status, `${room.memberCount} here`, ...typing.map((name) => `${name} is typing`)]
  status.textContent = parts.join(', ')
}

function line({ at, user, text, state }) {
  const time = new Date(at).toLocaleTimeString([], { timeStyle: 'short' })
  const paragraph = document.createElement('p')
  paragraph.dataset.state = state
  paragraph.textContent = `${time} ${user.name} > ${text}`
  return paragraph
}

function showError(error) {
  status.textContent = error.message
}
