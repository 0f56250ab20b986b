/**
 * A stream of random numbers that is a pure function of its key: (seed, number, purpose). Two
 * streams with the same key give the same numbers on every machine; streams with different keys
 * are independent. Made by `createRandomStream` in `stream.ts`.
 */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number
  /** Uniform integer in [0, count), count in 1…2³²; without modulo bias. */
  integer(count: number): number
  /** Standard normal. */
  normal(): number
  /** A new array with the same items in random order (Fisher–Yates). */
  shuffled<Item>(items: readonly Item[]): Item[]
}
