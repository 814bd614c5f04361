/** Stands in for `@socket.io/component-emitter`, with what Socket.IO's client itself calls of it. */
export class Emitter {
  _listeners = new Map()

  on(event, listener) {
    this._listeners.set(event, [...this.listeners(event), listener])
    return this
  }

  once(event, listener) {
    const once = (...facts) => {
      this.off(event, once)
      listener.apply(this, facts)
    }
    once.fn = listener
    return this.on(event, once)
  }

  off(event, listener) {
    const left = listener ? this.listeners(event).filter((it) => it !== listener && it.fn !== listener) : []
    if (event) this._listeners.set(event, left)
    else this._listeners.clear()
    return this
  }

  removeListener(event, listener) {
    return this.off(event, listener)
  }

  removeAllListeners(event) {
    return this.off(event)
  }

  emit(event, ...facts) {
    for (const listener of this.listeners(event)) listener.apply(this, facts)
    return this
  }

  emitReserved(event, ...facts) {
    return Emitter.prototype.emit.call(this, event, ...facts)
  }

  listeners(event) {
    return this._listeners.get(event) ?? []
  }
}
