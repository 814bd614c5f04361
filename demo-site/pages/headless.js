/** A chat room without the widget: everything below is the page's own. */
import { createChat } from '/alcove-sdk.min.js'

const log = document.querySelector('#log')
const status = document.querySelector('#status')
const input = document.querySelector('#text')

const chat = createChat({ server: '__ALCOVE_URL__', app: '__ALCOVE_APP__', user: { name: 'operator' } })
chat.on('status', showStatus)

let room
room = await chat.join('lobby').catch((error) => {
  status.textContent = error.message
  throw error
})

room.on('change', show)
show()
input.focus()

input.addEventListener('input', () => room.keystroke())
document.querySelector('#form').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = input.value.trim()
  if (!text) return
  input.value = ''
  room.send(text).catch((error) => (status.textContent = error.message))
})

function show() {
  const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40
  log.replaceChildren(...room.messages.map(line))
  if (wasAtEnd) log.scrollTop = log.scrollHeight
  showStatus()
}

function line(message) {
  const item = document.createElement('li')
  item.dataset.state = message.state
  const time = new Date(message.at).toLocaleTimeString([], { timeStyle: 'short' })
  item.textContent = `${time} ${message.user.name} > ${message.text}`
  return item
}

function showStatus() {
  const typing = room?.typingUsers.map((user) => user.name).join(', ')
  const here = room ? `, ${room.memberCount} here` : ''
  status.textContent = `${chat.status}${here}${typing ? `, ${typing} typing` : ''}`
}
