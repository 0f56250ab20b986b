import { describe, expect, it } from 'vitest'
import { decomposeBelow } from '../../../../src-main/math/pareto/box-decomposition.ts'
import { hypervolumeGain } from '../../../../src-main/math/pareto/hypervolume.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

/** Σ over boxes of what lies above y. */
function gainByBoxes(points: readonly number[][], reference: number[], y: number[]): number {
  const { goals, edges, boxCount, upper } = decomposeBelow(points, reference)
  let total = 0
  for (let box = 0; box < boxCount; box++) {
    let product = 1
    for (let goal = 0; goal < goals; goal++) {
      const edge = upper[box * goals + goal] as number
      const goalEdges = edges[goal] as Float64Array
      const low = goal === 0 ? Number.NEGATIVE_INFINITY : (goalEdges[edge - 1] as number)
      product *= Math.max((goalEdges[edge] as number) - Math.max(y[goal] as number, low), 0)
    }
    total += product
  }
  return total
}

describe('box decomposition', () => {
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'boxes' })
  const draw = (goals: number): number[] => Array.from({ length: goals }, () => random.uniform())

  it.each([1, 2, 3, 4])('gives the hypervolume gain of any point, %i objectives', goals => {
    for (const size of [0, 1, 2, 7, 12]) {
      const points = Array.from({ length: size }, () => draw(goals))
      // One twice, one that shares a value, one outside.
      if (size > 2) points.push(points[0] as number[], [...draw(goals - 1), points[1]?.at(-1) ?? 0])
      points.push([...draw(goals - 1), 2])
      const reference = new Array<number>(goals).fill(0.9)
      for (let k = 0; k < 20; k++) {
        const y = draw(goals).map(value => 1.2 * value - 0.2)
        const expected = hypervolumeGain(y, points, reference)
        expect(gainByBoxes(points, reference, y)).toBeCloseTo(expected, 12)
      }
    }
  })

  it('has n + 1 boxes for n points of two objectives', () => {
    const front = [
      [0.1, 0.9],
      [0.4, 0.5],
      [0.8, 0.2],
      [0.9, 0.95],
    ]
    expect(decomposeBelow(front, [1, 1]).boxCount).toBe(4)
  })
})
