/** Web Storage for tests, with its map exposed. */
import type { KeyValueStorage } from '../src/types.js'

/** @param map the map of another storage, to simulate two pages of one browser */
export function memoryStorage(
  map = new Map<string, string>(),
): KeyValueStorage & { map: Map<string, string> } {
  return {
    map,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
    get length() {
      return map.size
    },
    key: (index) => [...map.keys()][index] ?? null,
  }
}
