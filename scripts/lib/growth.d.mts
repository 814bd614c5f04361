/** More than linear work needs for an input sixteen times as large, and far less than work that grows with the square. */
export const LINEAR_AT_MOST: number

/**
 * @param make an input of about that size
 * @param size of the smaller of the two inputs
 * @returns how many times longer an input sixteen times as large takes
 */
export function growth<T>(run: (input: T) => unknown, make: (size: number) => T, size: number): number
