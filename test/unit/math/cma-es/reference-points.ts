import { expect } from 'vitest'

/** Each value within half a unit of the given decimal place. */
export function expectClose(
  actual: Iterable<number>,
  expected: readonly number[],
  digits: number,
): void {
  const values = [...actual]
  expect(values).toHaveLength(expected.length)
  values.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] as number, digits)
  })
}

/** The same made-up points as in the reference runs. */
export function referencePoints(generation: number, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, i) =>
    Float64Array.from(
      { length: 3 },
      (__, j) => Math.sin(1.7 * generation + 0.9 * i + 2.3 * j) * 0.6 + 0.1 * j,
    ),
  )
}

export function cost(point: Float64Array): number {
  return [1, 4, 9].reduce((sum, weight, j) => sum + weight * ((point[j] as number) - 0.3) ** 2, 0)
}

export function ranked(points: readonly Float64Array[]): Float64Array[] {
  return [...points].sort((a, b) => cost(a) - cost(b))
}
