import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Chat, Room } from '@alcove/sdk'

/** Joins a room while the component is mounted. Any number of components may hold one room. */
export function useRoom(chat: Chat, id: string): { room?: Room; error?: unknown } {
  const [state, setState] = useState<{ room?: Room; error?: unknown }>({})
  useEffect(() => {
    let isGone = false
    const joining = chat.join(id)
    joining.then(
      (room) => isGone || setState({ room }),
      (error: unknown) => isGone || setState({ error }),
    )
    return () => {
      isGone = true
      setState({})
      joining.then((room) => room.leave()).catch(() => {})
    }
  }, [chat, id])
  return state
}

/** Re-renders when anything in the room has changed. */
export function useMessages(room: Room): Room['messages'] {
  return useSyncExternalStore(
    (changed) => room.on('change', changed),
    () => room.messages,
  )
}
