/** Finds where a panel covers as few words as possible. Only numbers: placing.ts measures the page. */

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Surroundings {
  /** The panel stays inside. */
  readonly room: Box
  /** What opened the panel, which stays close to it. */
  readonly opener: Box
  /** What belongs to the message, and is not to be covered. */
  readonly own: readonly Box[]
  /** What else there is to read, and is covered if need be. */
  readonly others: readonly Box[]
}

export interface Spot {
  readonly box: Box
  /** Nothing that belongs to the message is covered. */
  readonly isFree: boolean
}

const GAP_PX = 4
/** How much of other messages may be covered, in square pixels, to be one pixel closer to the opener. */
const WORTH_OF_A_PIXEL = 8

export function freeSpot(width: number, height: number, surroundings: Surroundings): Spot {
  const { own, others, opener } = surroundings
  const spots = candidates(width, height, surroundings).map((box) => {
    const covered = area(box, own)
    const cost = area(box, others) + WORTH_OF_A_PIXEL * distance(box, opener)
    return { box, isFree: covered === 0, covered, cost }
  })
  return spots.reduce((best, spot) =>
    (spot.covered - best.covered || spot.cost - best.cost) < 0 ? spot : best,
  )
}

/** Above, below and next to the opener, and each part of the message. */
function candidates(width: number, height: number, { room, opener, own }: Surroundings): Box[] {
  const clamp = (at: number, size: number, from: number, to: number): number =>
    Math.max(from + GAP_PX, Math.min(at, to - GAP_PX - size))
  const boxes = [opener, ...own]
  const lefts = boxes.flatMap(({ left, right }) => [
    (left + right - width) / 2,
    left,
    right - width,
    left - GAP_PX - width,
    right + GAP_PX,
  ])
  const tops = boxes.flatMap(({ top, bottom }) => [
    top - GAP_PX - height,
    bottom + GAP_PX,
    (top + bottom - height) / 2,
  ])
  const xs = new Set(lefts.map((left) => clamp(left, width, room.left, room.right)))
  const ys = new Set(tops.map((top) => clamp(top, height, room.top, room.bottom)))
  return [...ys].flatMap((top) =>
    [...xs].map((left) => ({ left, top, right: left + width, bottom: top + height })),
  )
}

const area = (box: Box, covered: readonly Box[]): number =>
  covered.reduce((sum, other) => sum + shared(box, other), 0)

const shared = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))

/** Between the edges that are closest. */
const distance = (a: Box, b: Box): number =>
  Math.max(0, a.left - b.right, b.left - a.right) + Math.max(0, a.top - b.bottom, b.top - a.bottom)
