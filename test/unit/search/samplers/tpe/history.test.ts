import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment } from '../../../../../src-main/core/trial/trial.ts'
import { dimensionGroups } from '../../../../../src-main/search/samplers/tpe/dimension.ts'
import { PRIOR_ROW, TpeHistory } from '../../../../../src-main/search/samplers/tpe/history.ts'
import { GroupKernels } from '../../../../../src-main/search/samplers/tpe/kernels.ts'
import { logDensities } from '../../../../../src-main/search/samplers/tpe/log-densities.ts'
import { buildMixture, type Mixture } from '../../../../../src-main/search/samplers/tpe/mixture.ts'
import {
  bandwidthRuleOf,
  resolveTpeSettings,
  type TpeOptions,
} from '../../../../../src-main/search/samplers/tpe/settings.ts'
import { recentWeights } from '../../../../../src-main/search/samplers/tpe/split.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'
import { toUnit, valueIndex } from '../../../../../src-main/search/space/unit-cube.ts'

/**
 * Golden numbers: densities that Optuna 4.1, Optuna 5.0 and Hyperopt gave for the same observations, in
 * trial order, to six decimals. Ours are densities in the unit interval, so theirs are multiplied by
 * the range.
 */
const TOLERANCE = 6

function densityOf(
  options: TpeOptions,
  specification: SpaceSpecification,
  observed: readonly Assignment[],
): { mixture: Mixture; at(points: readonly Assignment[]): number[] } {
  const resolved = resolveTpeSettings(options)
  const settings = { ...resolved, bandwidth: bandwidthRuleOf(resolved.bandwidth, 0) }
  const space = buildSpace(specification)
  const groups = dimensionGroups(space, true)
  const history = new TpeHistory(groups)
  history.follow(
    observed.map((parameters, number) => ({
      number,
      state: 'complete',
      parameters,
      values: [0],
      reports: [],
    })),
  )
  const [group] = history.groups
  if (group === undefined) throw new Error('no group')
  const rows = Int32Array.from(observed.keys(), index => PRIOR_ROW + 1 + index)
  const weights = recentWeights(rows.length)
  const mixture = buildMixture(
    new GroupKernels(group),
    rows,
    weights,
    settings.priorWeight,
    settings,
  )
  return {
    mixture,
    at: points =>
      Array.from(
        logDensities(
          mixture,
          Float64Array.from(
            points.flatMap(point =>
              space.parameters.map(parameter => {
                const value = point[parameter.name] ?? 0
                const isContinuous = parameter.kind === 'float' && parameter.step === null
                return isContinuous ? toUnit(parameter, value) : valueIndex(parameter, value)
              }),
            ),
          ),
        ),
      ),
  }
}

/** Of the only dimension, by kernel. */
function widthsOf({ rows, widths }: Mixture): number[] {
  return Array.from(rows, row => widths[row] as number)
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length)
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, TOLERANCE))
}

const x = (...values: readonly (number | string)[]): Assignment[] =>
  values.map(value => ({ x: value }))
const optuna4: TpeOptions = { preset: 'optuna-4' }
const optuna4Together: TpeOptions = { preset: 'optuna-4', multivariate: true }
const optuna5: TpeOptions = { preset: 'optuna-5' }
const hyperopt: TpeOptions = { preset: 'hyperopt' }

describe('densities of the presets', () => {
  const unit = { x: { float: [0, 1] } } satisfies SpaceSpecification

  it.each([
    ['optuna-4', optuna4, [1 / 6, 0.3, 0.3, 0.4, 1], [0.327026, -0.038048, -0.451057]],
    [
      'optuna-4, multivariate',
      optuna4Together,
      [1 / 6, 1 / 6, 1 / 6, 1 / 6, 1],
      [0.334131, -0.139826, -0.184552],
    ],
    ['optuna-5', optuna5, [1 / 6, 0.3, 0.4, 0.4, 1], [0.343881, -0.081742, -0.391852]],
    ['hyperopt', hyperopt, [1 / 6, 0.3, 0.4, 0.4, 1], [0.402536, -0.092573, -0.509934]],
  ])('%s on a float', (_, options, widths, expected) => {
    const density = densityOf(options, unit, x(0.1, 0.2, 0.5, 0.9))
    expectClose(widthsOf(density.mixture), widths)
    expectClose(density.at(x(0.15, 0.5, 0.95)), expected)
  })

  it('hyperopt gives a single observation half the range', () => {
    const { mixture } = densityOf(hyperopt, unit, x(0.3))
    expectClose(widthsOf(mixture), [0.5, 1])
  })

  it.each([
    ['optuna-4', optuna4, 2.302585, [-1.993557, -2.547251]],
    ['optuna-4, multivariate', optuna4Together, 1.842068, [-1.976581, -2.615545]],
  ])('%s on a logarithmic float', (_, options, width, expected) => {
    const range = Math.log(1e-1) - Math.log(1e-5)
    const density = densityOf(
      options,
      { x: { float: [1e-5, 1e-1], log: true } },
      x(1e-4, 1e-3, 1e-2),
    )
    expectClose(
      widthsOf(density.mixture).map(value => value * range),
      [width, width, width, 9.21034],
    )
    expectClose(
      density.at(x(1e-3, 5e-2)).map(value => value - Math.log(range)),
      expected,
    )
  })

  it.each([
    [
      'optuna-4',
      optuna4,
      [1.8, 2, 3, 9],
      [
        -2.101231, -1.887448, -1.866652, -2.001021, -2.208172, -2.385754, -2.485244, -2.544084,
        -2.622411,
      ],
    ],
    [
      'optuna-5',
      optuna5,
      [1.8, 5, 5, 9],
      [
        -2.042225, -1.921398, -1.947248, -2.076101, -2.227864, -2.340512, -2.412637, -2.475186,
        -2.550906,
      ],
    ],
  ])('%s on integers', (_, options, widths, expected) => {
    const density = densityOf(options, { x: { int: [1, 9] } }, x(2, 3, 8))
    expectClose(
      widthsOf(density.mixture).map(value => value * 9),
      widths,
    )
    const probabilities = density.at(x(1, 2, 3, 4, 5, 6, 7, 8, 9))
    expectClose(probabilities, expected)
    expect(probabilities.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 12)
  })

  it.each([
    ['optuna-4', optuna4],
    ['optuna-5', optuna5],
  ])('%s on choices', (_, options) => {
    const density = densityOf(options, { x: { choice: ['a', 'b', 'c'] } }, x('a', 'a', 'c'))
    expectClose(density.at(x('a', 'b', 'c')), [-0.741937, -1.658228, -1.098612])
  })

  it('hyperopt counts choices: (count + 1) / (observations + choices)', () => {
    const density = densityOf(hyperopt, { x: { choice: ['a', 'b', 'c'] } }, x('a', 'a', 'c'))
    expectClose(density.at(x('a', 'b', 'c')).map(Math.exp), [3 / 6, 1 / 6, 2 / 6])
  })

  it.each([
    ['neighbor gaps of Optuna 4', 'optuna-4', false, [0.830736, 0.240208]],
    ['optuna-4, multivariate', 'optuna-4', true, [1.074746, 0.579028]],
    ['optuna-5', 'optuna-5', true, [0.736226, 0.065069]],
  ] as const)('%s on two floats', (_, preset, multivariate, expected) => {
    const density = densityOf(
      { preset, multivariate },
      { x: { float: [0, 1] }, y: { float: [0, 1] } },
      [
        { x: 0.1, y: 0.3 },
        { x: 0.2, y: 0.1 },
        { x: 0.5, y: 0.7 },
        { x: 0.9, y: 0.6 },
      ],
    )
    expectClose(
      density.at([
        { x: 0.15, y: 0.2 },
        { x: 0.9, y: 0.65 },
      ]),
      expected,
    )
  })
})
