/**
 * Splits what Redis sends into whole values (RESP2 and RESP3) and lets some of them vanish. Only pushed messages may:
 * a lost answer to a command would shift every later answer to another question.
 */
const LINE_ENDS = '+-:_#,('
const BULKS = '$=!'
const LISTS = '*>~'
const CARRIAGE_RETURN = 13

export interface FrameFilter {
  /** What is left of it to pass on; an unfinished value is kept for later. */
  (chunk: Buffer): Buffer
}

export function createFrameFilter(isLost: (frame: Buffer) => boolean): FrameFilter {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const kept: Buffer[] = []
    let start = 0
    for (let end = endOfValue(rest, 0); end !== undefined; end = endOfValue(rest, start)) {
      const frame = rest.subarray(start, end)
      if (!isPush(frame) || !isLost(frame)) kept.push(frame)
      start = end
    }
    rest = rest.subarray(start)
    return Buffer.concat(kept)
  }
}

/** A message of a channel, as RESP2's array or RESP3's push. */
function isPush(frame: Buffer): boolean {
  return /^[*>]\d+\r\n\$\d+\r\n[sp]?message\r\n/.test(frame.toString('latin1', 0, 40))
}

/** @returns where the value that begins at `start` ends; undefined while it is not whole */
function endOfValue(buffer: Buffer, start: number): number | undefined {
  const lineEnd = buffer.indexOf(CARRIAGE_RETURN, start)
  if (start >= buffer.length || lineEnd < 0 || lineEnd + 2 > buffer.length) return undefined
  const kind = String.fromCharCode(buffer[start] ?? 0)
  const after = lineEnd + 2
  if (LINE_ENDS.includes(kind)) return after
  const count = Number(buffer.toString('latin1', start + 1, lineEnd))
  if (BULKS.includes(kind)) {
    const end = count < 0 ? after : after + count + 2
    return end <= buffer.length ? end : undefined
  }
  const values = LISTS.includes(kind) ? count : kind === '%' ? count * 2 : undefined
  if (values === undefined) return buffer.length
  let end: number | undefined = after
  for (let i = 0; i < values && end !== undefined; i += 1) end = endOfValue(buffer, end)
  return end
}
