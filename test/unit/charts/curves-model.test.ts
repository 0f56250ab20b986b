import { describe, expect, it } from 'vitest'
import { curvesModel } from '../../../src-main/charts/curves-model.ts'
import type { Curve } from '../../../src-main/core/trial/trial.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'

/** Long curves are drawn with few points; what is missing in them is not drawn over, and is said. */
const STEPS = 100_000

/** @param gaps stretches that are not finite, each of up to so many steps */
function curveOf(number: number, gaps: number, longest: number): Curve {
  const random = createRandomStream({ seed: 3, number, purpose: 'long curves' })
  const values = Array.from({ length: STEPS }, (_, step) => Math.sin(step / 900) + random.uniform())
  for (let gap = 0; gap < gaps; gap++) {
    const from = random.integer(STEPS)
    values.fill([NaN, Infinity, -Infinity][gap % 3] ?? 0, from, from + 1 + random.integer(longest))
  }
  return { steps: values.map((_, step) => step), values }
}

function draw(curve: Curve & { readonly attempts?: number }) {
  const { marks, notes } = curvesModel([{ name: '', tone: 'faint', curves: [curve] }], {
    metric: 'loss',
    direction: 'minimize',
    log: false,
    t: createTranslate('en'),
  })
  const [mark] = marks
  if (mark?.kind !== 'line') throw new Error('no line')
  return { points: mark.points, notes }
}

describe('a curve of 100,000 steps', () => {
  it.each([
    [0, 1, 1],
    [1, 1, 1],
    [2, 1, 5_000],
    [3, 20, 300],
    [4, 150, 10],
    [5, 3_000, 20],
    [6, 60_000, 1],
  ])('no. %d with %d gaps of up to %d steps', (number, gaps, longest) => {
    const curve = curveOf(number, gaps, longest)
    const { points, notes } = draw(curve)
    expect(points.length).toBeLessThan(4_300)
    const notFinite = curve.values.map(value => (Number.isFinite(value) ? 0 : 1))
    const before = notFinite.map(
      (
        sum => (value: number) =>
          (sum += value)
      )(0),
    )
    for (const [index, { x, y }] of points.entries()) {
      const next = points[index + 1]
      if (!Number.isFinite(y)) continue
      expect(y).toBe(curve.values[x])
      // A line between two points crosses no step without a value.
      if (next !== undefined && Number.isFinite(next.y)) expect(before[next.x]).toBe(before[x])
    }
    expect(points[0]?.x).toBe(notFinite.indexOf(0))
    const notFiniteNotes = notes.filter(note => note.includes('not finite'))
    expect(notFiniteNotes).toHaveLength(before.at(-1) === 0 ? 0 : 1)
    expect(notes.some(note => note.includes('thinned'))).toBe(true)
  })

  it('says that steps are missing which no point shows', () => {
    const { steps, values } = curveOf(7, 0, 1)
    const holed = { steps: steps.toSpliced(50_000, 3), values: values.toSpliced(50_000, 3) }
    expect(draw({ ...holed, attempts: 2 }).notes).toContainEqual(expect.stringContaining('hole'))
    expect(draw({ steps, values, attempts: 2 }).notes).not.toContainEqual(
      expect.stringContaining('hole'),
    )
  })
})
