/** All migrations, oldest first. A landed migration is never edited: add the next. */
import { initial } from './0001-initial.js'
import { roomsByApp } from './0002-rooms-by-app.js'
import { appendByInsert } from './0003-append-by-insert.js'
import { deployment } from './0004-deployment.js'
import { storedBytes } from './0005-stored-bytes.js'
import { changes } from './0006-changes.js'
import { messagesByPosition } from './0007-messages-by-position.js'
import { reactions } from './0008-reactions.js'
import { roomSettings } from './0009-room-settings.js'
import { edits } from './0010-edits.js'
import { editsByMessage } from './0011-edits-by-message.js'
import { unchanged } from './0012-unchanged.js'
import type { Migration } from './migration.js'

export const MIGRATIONS: readonly Migration[] = [
  initial,
  roomsByApp,
  appendByInsert,
  deployment,
  storedBytes,
  changes,
  messagesByPosition,
  reactions,
  roomSettings,
  edits,
  editsByMessage,
  unchanged,
]
