import { describe, expect, it } from 'vitest'
import { cmaConstants } from '../../../../src-main/math/cma-es/constants.ts'
import { initialCmaState, updateCma } from '../../../../src-main/math/cma-es/distribution.ts'
import { type CoordinateGrid, correctMargin } from '../../../../src-main/math/cma-es/margin.ts'
import { expectClose, ranked, referencePoints } from './reference-points.ts'

describe('margin', () => {
  /** 0, 1, 2, 3, 4. */
  const integers: CoordinateGrid = {
    edgeCount: 4,
    edgeAt: index => index + 0.5,
    centerAt: index => index,
    valueOf: x => Math.min(Math.max(Math.round(x), 0), 4),
  }

  // cmaes 0.13.1, CMAwM with bounds [-5, 5], [0, 4], [0, 4] and steps 0, 1, 1; three times tell.
  it('equals the cmaes package over three generations to 1e-6', () => {
    let state = initialCmaState(cmaConstants(3, 7, 'active'), Float64Array.of(0.1, 1.2, 3.9), 0.3)
    const expected = [
      [
        0.10162551890904309, 1.0927212104879633, 3.8226626791136833, 0.2255377604432672,
        1.386880843662144,
      ],
      [
        0.10238932207050756, 1.019855910138331, 3.7096763332709095, 0.1710956252037567,
        1.6697079286909917,
      ],
      [0.10212927729778443, 1.0, 3.6381000387250935, 0.13138422491423088, 2.1683127587942037],
    ]
    expected.forEach((row, generation) => {
      const { mean, scale } = state
      // The package tells points without A; ours stand for the point that was evaluated.
      const rankedPoints = ranked(
        referencePoints(generation, 7).map(point =>
          point.map((value, j) => value * 0.02 + (mean[j] as number)),
        ),
      )
      const evaluated = rankedPoints.map(point =>
        point.map((value, j) => {
          const center = mean[j] as number
          return center + (value - center) * (scale[j] as number)
        }),
      )
      state = correctMargin(updateCma(state, evaluated), [null, integers, integers], 1 / 21).state
      expectClose([...state.mean, state.sigma, state.scale[1] as number], row, 6)
      expect(state.scale[0]).toBe(1)
      expect(state.scale[2]).toBe(1)
    })
  })
})
