/** The same made-up points as in the reference runs: multiples of 0.01 up to 1, the same on every machine. */
export function latticePoints(count: number, goals: number, seed: number): number[][] {
  return Array.from({ length: count }, (_, i) =>
    Array.from(
      { length: goals },
      (__, j) => ((seed + 7 * i * i + 13 * j + i * 31 * (j + 1) + i * i * i * (j + 2)) % 101) / 100,
    ),
  )
}

/** Every subset of `count` of the numbers 0 … size − 1. */
export function* subsets(size: number, count: number, from = 0): Generator<number[]> {
  if (count === 0) {
    yield []
    return
  }
  for (let first = from; first <= size - count; first++) {
    for (const others of subsets(size, count - 1, first + 1)) yield [first, ...others]
  }
}
