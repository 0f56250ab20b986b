import { describe, expect, it } from 'vitest'
import { findLabelErrors } from '../../../../src-main/analysis/errors/label-errors.ts'
import { expectedWrongLabels } from '../../../../src-main/analysis/errors/label-precision.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

interface Simulation {
  readonly rows: number
  readonly classes: number
  /** Distance of the classes' centers from the origin, in deviations of a row. */
  readonly apart: number
  /** Share of labels that are flipped. */
  readonly flipped: number
  /** The first class has so many rows, as a share of what it would have. */
  readonly first?: number
  /** Of the logits; 1 is calibrated, more is too sure. */
  readonly sureness?: number
}

/**
 * Normal classes around a circle, some labels flipped to another class at random. The model knows the true chance of every label.
 * @returns the precision of suspicion, and what is expected of it
 */
function simulate({ rows, classes, apart, flipped, first = 1, sureness = 1 }: Simulation) {
  const stream = createRandomStream({ seed: 7, number: 0, purpose: 'label-precision' })
  const centers = Array.from({ length: classes }, (_, at) => {
    const angle = (2 * Math.PI * at) / classes
    return [apart * Math.cos(angle), apart * Math.sin(angle)] as const
  })
  const shares = centers.map((_, at) => (at === 0 ? first : 1) / (classes - 1 + first))
  const probabilities = new Float64Array(rows * classes)
  const truths: number[] = []
  const labels: number[] = []
  for (let row = 0; row < rows; row++) {
    let left = stream.uniform()
    const drawn = shares.findIndex(share => (left -= share) < 0)
    const truth = drawn < 0 ? classes - 1 : drawn
    const [x, y] = (centers[truth] as readonly [number, number]).map(at => at + stream.normal())
    const densities = centers.map(
      ([a, b], at) => shares[at]! * Math.exp(-((x! - a) ** 2 + (y! - b) ** 2) / 2),
    )
    const all = densities.reduce((sum, density) => sum + density, 0)
    const ofLabels = densities.map(density => {
      const chance = density / all
      return (chance * (1 - flipped) + ((1 - chance) * flipped) / (classes - 1)) ** sureness
    })
    const total = ofLabels.reduce((sum, chance) => sum + chance, 0)
    probabilities.set(
      ofLabels.map(chance => chance / total),
      row * classes,
    )
    const isFlipped = stream.uniform() < flipped
    const other = (truth + 1 + Math.floor(stream.uniform() * (classes - 1))) % classes
    truths.push(truth)
    labels.push(isFlipped ? other : truth)
  }
  const { order, suspected } = findLabelErrors(probabilities, labels, classes)
  const rowsInDoubt = order.slice(0, suspected)
  const wrong = rowsInDoubt.filter(row => labels[row] !== truths[row]).length
  const expected = expectedWrongLabels(probabilities, labels, classes, rowsInDoubt) ?? Number.NaN
  return { suspected, precision: wrong / suspected, expected: expected / suspected }
}

describe('the expected precision of suspected labels', () => {
  it.each<Simulation>([
    { rows: 4_000, classes: 2, apart: 3, flipped: 0.1 },
    { rows: 4_000, classes: 2, apart: 1.5, flipped: 0.1 },
    { rows: 4_000, classes: 2, apart: 1, flipped: 0.1 },
    { rows: 4_000, classes: 2, apart: 1.5, flipped: 0.05 },
    { rows: 4_000, classes: 3, apart: 2, flipped: 0.1 },
    { rows: 4_000, classes: 3, apart: 3, flipped: 0.2 },
    { rows: 4_000, classes: 5, apart: 3, flipped: 0.1 },
    { rows: 4_000, classes: 3, apart: 3, flipped: 0.1, first: 0.05 },
  ])('is the share that was flipped, within 0.07: %o', simulation => {
    const { suspected, precision, expected } = simulate(simulation)
    expect(suspected).toBeGreaterThan(100)
    expect(Math.abs(expected - precision)).toBeLessThan(0.07)
  })

  it.each<Simulation>([
    { rows: 4_000, classes: 2, apart: 1.5, flipped: 0 },
    { rows: 4_000, classes: 2, apart: 1, flipped: 0 },
    { rows: 4_000, classes: 3, apart: 2, flipped: 0 },
  ])('accuses no label where classes only overlap: at most 0.1 for %o', simulation => {
    const { suspected, precision, expected } = simulate(simulation)
    expect(suspected).toBeGreaterThan(10)
    expect(precision).toBe(0)
    expect(expected).toBeLessThan(0.1)
  })

  it.each([0.75, 1.3])(
    'is off by less than 0.15 where a model is %d times as sure as it should be',
    sureness => {
      const { precision, expected } = simulate({
        rows: 4_000,
        classes: 3,
        apart: 2,
        flipped: 0.1,
        sureness,
      })
      expect(Math.abs(expected - precision)).toBeLessThan(0.15)
    },
  )

  it('is known by hand for two classes that nothing but flips makes unsure', () => {
    // T = [[0.9, 0.1], [0.2, 0.8]], read off rows 0 and 2. Row 1 is clearly of class 0 and labeled 1: wrong for certain.
    const probabilities = Float64Array.of(0.9, 0.1, 0.9, 0.1, 0.2, 0.8, 0.2, 0.8)
    expect(expectedWrongLabels(probabilities, [0, 1, 1, 1], 2, [1])).toBeCloseTo(1, 12)
    // Half of class 0, half of class 1: p̃ = [0.55, 0.45], and the label 1 is right with 0.8 · 0.5 / 0.45.
    const between = Float64Array.of(...probabilities, 0.55, 0.45)
    expect(expectedWrongLabels(between, [0, 1, 1, 1, 1], 2, [4])).toBeCloseTo(1 - 0.4 / 0.45, 12)
  })

  it('is not told where no row is clearly of a class, or a class has no rows', () => {
    const same = Float64Array.of(0.5, 0.5, 0.5, 0.5)
    expect(expectedWrongLabels(same, [0, 1], 2, [0])).toBeNull()
    expect(expectedWrongLabels(same, [0, 0], 2, [0])).toBeNull()
  })

  it('is nothing of nothing', () => {
    expect(expectedWrongLabels(Float64Array.of(0.9, 0.1), [0], 2, [])).toBe(0)
  })
})
