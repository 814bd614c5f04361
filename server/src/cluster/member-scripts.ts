/**
 * The scripts over a room's members in Redis. A member is a hash field, user to `<since> <node>[,<node>…] <face>`: the
 * microsecond they joined, the nodes they are connected through, their profile as JSON. A member without a node is
 * gone.
 */
import type { Presence, User } from '@alcove/sdk/protocol'
import type { RedisLink } from './redis.js'

export interface RoomAddress {
  readonly appId: string
  readonly roomId: string
}

export interface MemberScripts {
  /** @param seats 0: unlimited. @returns whether a seat was free */
  enter(room: RoomAddress, node: string, user: User, seats: number): Promise<boolean>
  /** @param isLast the node has nobody else in the room */
  leave(room: RoomAddress, node: string, userId: string, isLast: boolean): Promise<unknown>
  /** The members, oldest first, unless there are too many. */
  read(room: RoomAddress, listedMembers: number): Promise<{ version: number; presence: Presence }>
  /** Removes the node from the room. @returns how many members left with it */
  reap(room: RoomAddress, node: string): Promise<number>
}

export function loadMemberScripts(redis: RedisLink): MemberScripts {
  const { names } = redis
  const enterScript = redis.script('alcoveEnter', ENTER, 4)
  const leaveScript = redis.script('alcoveLeave', LEAVE, 4)
  const readScript = redis.script('alcoveRead', READ, 3)
  const reapScript = redis.script('alcoveReap', REAP, 3)

  const keysOf = ({ appId, roomId }: RoomAddress) => [
    names.members(appId, roomId),
    names.rooms(appId),
    names.versions(appId),
  ]
  const keysAt = (room: RoomAddress, node: string) => [...keysOf(room), names.heldRooms(room.appId, node)]

  return {
    async enter(room, node, user, seats) {
      const args = [room.roomId, node, user.id, JSON.stringify(user), seats]
      return (await enterScript(keysAt(room, node), args)) !== 0
    },
    leave: (room, node, userId, isLast) =>
      leaveScript(keysAt(room, node), [room.roomId, node, userId, isLast ? 1 : 0]),
    async read(room, listedMembers) {
      const reply = await readScript(keysOf(room), [room.roomId, listedMembers])
      const [version, count, flat] = reply as [number, number, string[]]
      return {
        version,
        presence: { count, ...(count <= listedMembers && { members: parseMembers(flat) }) },
      }
    },
    async reap(room, node) {
      let cursor = '0'
      let left = 0
      do {
        const page = (await reapScript(keysOf(room), [room.roomId, node, cursor])) as [string, number]
        cursor = page[0]
        left += page[1]
      } while (cursor !== '0')
      return left
    },
  }
}

/** A key of the wrong type was not written by us: it is dropped, and the nodes enter their data again. */
const OWN_TYPES = `
local function own(key, kind)
  local found = redis.call('TYPE', key).ok
  if found ~= kind and found ~= 'none' then redis.call('DEL', key) end
end
own(KEYS[1], 'hash'); own(KEYS[2], 'zset'); own(KEYS[3], 'hash')
local function changed(room)
  local count = redis.call('HLEN', KEYS[1])
  if count > 0 then
    redis.call('ZADD', KEYS[2], count, room)
    redis.call('HINCRBY', KEYS[3], room, 1)
  else
    redis.call('ZREM', KEYS[2], room)
    redis.call('HDEL', KEYS[3], room)
  end
end
local function parse(value)
  return string.match(value, '^(%d+) (%S+) (.*)$')
end
-- The nodes without this one, as a list that begins with a comma, and whether it was there.
local function without(nodes, node)
  local rest, was = '', false
  for each in string.gmatch(nodes, '[^,]+') do
    if each == node then was = true else rest = rest .. ',' .. each end
  end
  return rest, was
end
`

/**
 * KEYS members, rooms, versions, held; ARGV room, node, user, face, seats (0: unlimited). Replies 1, or 0 when full.
 */
const ENTER = `${OWN_TYPES}
own(KEYS[4], 'set')
local room, node, user, face, seats = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local before = redis.call('HGET', KEYS[1], user)
local since, nodes = nil, nil
if before then since, nodes = parse(before) end
if not since then
  if not before and seats > 0 and redis.call('HLEN', KEYS[1]) >= seats then return 0 end
  local time = redis.call('TIME')
  since, nodes = string.format('%d%06d', time[1], time[2]), node
else
  nodes = node .. without(nodes, node)
end
local after = since .. ' ' .. nodes .. ' ' .. face
redis.call('SADD', KEYS[4], room)
if after == before then return 1 end
redis.call('HSET', KEYS[1], user, after)
changed(room)
return 1
`

/** KEYS members, rooms, versions, held; ARGV room, node, user, 1 when the node has nobody else in the room. */
const LEAVE = `${OWN_TYPES}
own(KEYS[4], 'set')
local room, node, user, isLast = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if isLast == '1' then redis.call('SREM', KEYS[4], room) end
local before = redis.call('HGET', KEYS[1], user)
local since, nodes, face = nil, nil, nil
if before then since, nodes, face = parse(before) end
if not since then return 0 end
local rest, was = without(nodes, node)
if not was then return 0 end
if rest == '' then
  redis.call('HDEL', KEYS[1], user)
  changed(room)
  return 1
end
redis.call('HSET', KEYS[1], user, since .. ' ' .. string.sub(rest, 2) .. ' ' .. face)
return 0
`

/** KEYS members, rooms, versions; ARGV room, most members that are listed. Replies version, count, and the members as user, value, … */
const READ = `${OWN_TYPES}
local count = redis.call('HLEN', KEYS[1])
local version = tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or 0) or 0
return { version, count, count <= tonumber(ARGV[2]) and redis.call('HGETALL', KEYS[1]) or {} }
`

/**
 * KEYS members, rooms, versions; ARGV room, node, cursor. Removes the node from some members. Replies the next cursor,
 * and how many left.
 */
const REAP = `${OWN_TYPES}
local room, node = ARGV[1], ARGV[2]
local page = redis.call('HSCAN', KEYS[1], ARGV[3], 'COUNT', 200)
local left = 0
for i = 1, #page[2], 2 do
  local user, value = page[2][i], page[2][i + 1]
  local since, nodes, face = parse(value)
  if since then
    local rest, was = without(nodes, node)
    if was and rest == '' then
      redis.call('HDEL', KEYS[1], user)
      left = left + 1
    elseif was then
      redis.call('HSET', KEYS[1], user, since .. ' ' .. string.sub(rest, 2) .. ' ' .. face)
    end
  else
    redis.call('HDEL', KEYS[1], user)
    left = left + 1
  end
end
if left > 0 then changed(room) end
return { page[1], left }
`

/** Oldest first. Unreadable entries were not written by us and are left out. */
function parseMembers(flat: readonly string[]): User[] {
  const members: { since: number; user: User }[] = []
  for (let i = 0; i < flat.length; i += 2) {
    const match = /^(\d+) \S+ (.*)$/s.exec(flat[i + 1] ?? '')
    const user = parseFace(match?.[2])
    if (user?.id === flat[i]) members.push({ since: Number(match?.[1]), user: user as User })
  }
  return members.sort((a, b) => a.since - b.since).map(({ user }) => user)
}

function parseFace(json = ''): User | undefined {
  try {
    const face = JSON.parse(json) as Partial<User> | null
    return typeof face?.id === 'string' && typeof face.name === 'string' ? (face as User) : undefined
  } catch {
    return undefined
  }
}
