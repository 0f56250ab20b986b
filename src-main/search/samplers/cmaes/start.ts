import { createRandomStream } from '../../../math/random/stream.ts'
import { gridShare } from '../../space/unit-cube.ts'
import type { Encoding } from './encoding.ts'
import type { Run } from './restarts.ts'

/** Where a run begins. */
export interface Start {
  readonly mean: Float64Array
  readonly sigma: number
  /** n × n, row-major. */
  readonly covariance: Float64Array
  /** Per choice, those of its values. */
  readonly probabilities: readonly (readonly number[])[]
}

export interface StartSetting {
  /** Name of the sampler: each has random numbers of its own. */
  readonly sampler: string
  readonly seed: number
  readonly options: { readonly sigma: number; readonly start: 'centre' | 'random' }
  /** Deviation of a coordinate with a grid, relative to those without. */
  readonly gridDeviation: (first: number, last: number) => number
}

/** The start without any knowledge: choices by their weights, no correlations. */
export function coldStart(
  { grids, categorical }: Encoding,
  { sampler, seed, options, gridDeviation }: StartSetting,
  run: Run,
): Start {
  const n = grids.length
  const random = createRandomStream({ seed, number: run.restart, purpose: `${sampler} start` })
  const centred = run.place === 'chosen' && options.start === 'centre'
  const covariance = new Float64Array(n * n)
  grids.forEach((grid, i) => {
    const deviation =
      grid === null ? 1 : gridDeviation(grid.centreAt(0), grid.centreAt(grid.edgeCount))
    covariance[i * n + i] = deviation ** 2
  })
  return {
    mean: Float64Array.from(grids, () => (centred ? 0.5 : random.uniform())),
    sigma: options.sigma * run.sigmaShare,
    covariance,
    probabilities: categorical.map(parameter =>
      parameter.values.map((_, index) => {
        const [from, to] = gridShare(parameter, index)
        return to - from
      }),
    ),
  }
}
