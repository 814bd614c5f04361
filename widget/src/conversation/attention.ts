/** Which message somebody turns to: the one the pointer rests on, the one with the focus, the one a finger pressed. */

/** A pointer that only passes shows nothing. */
const REST_MS = 80
const LONG_PRESS_MS = 500
/** A finger that moves further scrolls. */
const SLOP_PX = 10

export interface AttentionWatcher {
  /** Another message has it, or none. */
  moved(): void
  /** A finger tapped the message, or rested on it. */
  pressed(id: string): void
}

interface Press {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly timer: ReturnType<typeof setTimeout>
}

export class Attention {
  #hovered: string | undefined
  /** The message below the pointer, which may not have rested there yet. */
  #aimed: string | undefined
  #focused: string | undefined
  #isInBar = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #press: Press | undefined
  #pointer = { x: NaN, y: NaN }

  constructor(private readonly watcher: AttentionWatcher) {}

  /** The message whose actions are shown. One that is being chosen from by keyboard stays. */
  get id(): string | undefined {
    return this.#isInBar ? this.#focused : (this.#hovered ?? this.#focused)
  }

  /** The message that has the focus of somebody who uses the keyboard. */
  get focusedId(): string | undefined {
    return this.#focused
  }

  /** The message is turned to by keyboard, wherever the pointer is. */
  turnTo(id: string): void {
    this.#unhover()
    this.#focused = id
    this.watcher.moved()
  }

  /** For as long as the root's element lives. What happened before is looked up. */
  listen(root: ParentNode & EventTarget): void {
    const on = <E extends Event>(type: string, listen: (event: E) => void): void =>
      root.addEventListener(type, listen as EventListener)
    on<PointerEvent>('pointerover', this.#over)
    on<PointerEvent>('pointerout', this.#out)
    on<FocusEvent>('focusin', ({ target }) => this.#focus(target as Element))
    on<FocusEvent>('focusout', ({ relatedTarget }) => !relatedTarget && this.#focus(null))
    on<PointerEvent>('pointerdown', this.#down)
    on<PointerEvent>('pointermove', this.#move)
    on<PointerEvent>('pointerup', () => clearTimeout(this.#press?.timer))
    // Not before: until then the browser may give the focus to what lies below the finger.
    on<MouseEvent>('click', this.#click)
    on<PointerEvent>('pointercancel', this.#endPress)
    this.#focus(root.querySelector('.message:focus-visible'))
    if (matchMedia('(hover: hover)').matches) this.#hover(idOf(root.querySelector('.message:hover')))
  }

  /** Nobody turns to anything any more. */
  forget(): void {
    this.#endPress()
    this.#unhover()
    this.#focused = undefined
    this.#isInBar = false
  }

  /** A pointer that lies still while the list scrolls below it turns to nothing. */
  readonly #over = ({ target, pointerType, clientX: x, clientY: y }: PointerEvent): void => {
    const hasMoved = x !== this.#pointer.x || y !== this.#pointer.y
    this.#pointer = { x, y }
    if (pointerType !== 'touch' && hasMoved) this.#hover(idOf(target as Element))
  }

  readonly #out = ({ relatedTarget, pointerType }: PointerEvent): void => {
    if (pointerType !== 'touch' && !relatedTarget) this.#hover(undefined)
  }

  #hover(id: string | undefined): void {
    // A pointer that moves about within a message must not put off its actions.
    if (id === this.#aimed) return
    this.#aimed = id
    clearTimeout(this.#timer)
    if (id === this.#hovered) return
    this.#timer = setTimeout(() => {
      this.#hovered = id
      this.watcher.moved()
    }, REST_MS)
  }

  #unhover(): void {
    clearTimeout(this.#timer)
    this.#hovered = this.#aimed = undefined
  }

  #focus(target: Element | null): void {
    const seen = target?.matches(':focus-visible') ? target : null
    const isInBar = seen?.closest('.actions') != null
    const focused = idOf(seen)
    // The latest counts; a pointer that only lies there does not.
    if (focused) this.#unhover()
    if (focused === this.#focused && isInBar === this.#isInBar) return
    this.#focused = focused
    this.#isInBar = isInBar
    this.watcher.moved()
  }

  readonly #down = ({ target, pointerType, clientX: x, clientY: y }: PointerEvent): void => {
    this.#endPress()
    const bubble = (target as Element).closest('.bubble')
    const id = idOf(bubble)
    if (pointerType !== 'touch' || !id || (target as Element).closest('a, button')) return
    const timer = setTimeout(() => this.#pressed(id), LONG_PRESS_MS)
    this.#press = { id, x, y, timer }
  }

  readonly #move = (event: PointerEvent): void => {
    this.#over(event)
    const press = this.#press
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLOP_PX) this.#endPress()
  }

  readonly #click = (): void => {
    if (this.#press) this.#pressed(this.#press.id)
  }

  readonly #endPress = (): void => {
    clearTimeout(this.#press?.timer)
    this.#press = undefined
  }

  #pressed(id: string): void {
    this.#endPress()
    this.watcher.pressed(id)
  }
}

export const idOf = (target: Element | null): string | undefined =>
  target?.closest<HTMLElement>('.message')?.dataset['key']
