/** The seed of a test run: a failing run prints it and can be replayed. */
export { seededRandom, type Random } from '@alcove/rehearse/processes/random'

/** From ALCOVE_TEST_SEED, or new. */
export function testSeed(): number {
  return Number(process.env.ALCOVE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
}
