import { signOf } from '../../core/trial/ranking.ts'
import { type NumericSpecification, numericDomain } from '../../core/study/numeric-domain.ts'
import { stepGridSize, stepGridValue } from '../../core/study/step-grid.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { leafOf } from '../../math/forest/regression-tree.ts'
import type { ImportanceOutcome } from '../importance/importance-outcome.ts'
import {
  type ImportanceQuestion,
  listedValues,
  readObservations,
  type SearchedParameter,
} from '../importance/observations.ts'
import {
  FITTING_SHARE,
  fitStudyForest,
  type StudyFeature,
  type StudyForestOptions,
  type StudyTree,
} from '../importance/study-forest.ts'
import { meanAndDeviation } from '../statistics/mean-and-deviation.ts'

export interface PartialDependence {
  readonly names: readonly string[]
  /** Per parameter the values that were tried, from low to high or in the order of the study file. */
  readonly values: readonly (readonly ParameterValue[])[]
  /** The objective at every combination, the last parameter running fastest. */
  readonly mean: readonly number[]
  /** Standard deviation over the trees of the forest. */
  readonly deviation: readonly number[]
  /** Trials over which the other parameters were averaged: those with the parameters active. */
  readonly averagedTrials: number
}

export interface PartialDependenceOptions extends StudyForestOptions {
  /** Values per numeric parameter, ≥ 2; default 25. */
  readonly points?: number
}

/** More trials than this are thinned out evenly: averages need no more. */
const MAX_AVERAGED = 200

/** Trials in which the parameters were active. */
const NEEDED_ACTIVE = 5

/**
 * How the objective depends on one or two parameters when the others are as in the trials: the mean prediction
 * of a forest over all trials with the parameters replaced. Trials gather where the search found good values, so the
 * average is one over these; the marginals of functional ANOVA are over the whole space.
 *
 * - J. H. Friedman: Greedy function approximation: a gradient boosting machine. Annals of Statistics 29, 2001,
 *   1189–1232, doi:10.1214/aos/1013203451 (section 8.2).
 * - J. Moosbauer, J. Herbinger, G. Casalicchio, M. Lindauer, B. Bischl: Explaining hyperparameter optimization
 *   via partial dependence plots. NeurIPS 2021, arXiv:2111.04820.
 *
 * @param names one or two searched parameters
 */
export function partialDependence(
  question: ImportanceQuestion,
  names: readonly [string] | readonly [string, string],
  options: PartialDependenceOptions = {},
): ImportanceOutcome<PartialDependence> {
  const observations = readObservations(question)
  if (!observations.ok) return observations
  const { searched, assignments } = observations
  const chosen = names.map(name => searched.findIndex(([other]) => other === name))
  if (chosen.includes(-1)) return { ok: false, reason: 'nothingSearched' }
  const active = assignments.flatMap((assignment, row) =>
    names.every(name => Object.hasOwn(assignment, name)) ? [row] : [],
  )
  if (active.length < NEEDED_ACTIVE) {
    return { ok: false, reason: 'tooFewTrials', trials: active.length, needed: NEEDED_ACTIVE }
  }
  const stride = Math.ceil(active.length / MAX_AVERAGED)
  const rows = active.filter((_, index) => index % stride === 0)
  const forest = (options.forestOf ?? fitStudyForest)(observations, options)
  const values = chosen.map(index =>
    valuesOf((searched[index] as (typeof searched)[number])[1], options.points ?? 25),
  )
  const combinations = product(
    values.map((list, position) => {
      const feature = forest.features[chosen[position] as number] as StudyFeature
      return list.map(value => feature.encode(value))
    }),
  )
  const perTree = forest.trees.map((tree, index) => {
    options.onProgress?.(FITTING_SHARE + ((1 - FITTING_SHARE) * index) / forest.trees.length)
    return averagesOf(tree, rows, chosen, combinations)
  })
  const sign = signOf(question.direction)
  const summaries = combinations.map((_, at) =>
    meanAndDeviation(perTree.map(averages => averages[at] as number)),
  )
  return {
    ok: true,
    trials: assignments.length,
    result: {
      names,
      values,
      mean: summaries.map(({ mean }) => sign * mean),
      deviation: summaries.map(({ deviation }) => deviation),
      averagedTrials: rows.length,
    },
  }
}

function averagesOf(
  { tree, table }: StudyTree,
  rows: readonly number[],
  chosen: readonly number[],
  combinations: readonly (readonly number[])[],
): number[] {
  const points = rows.map(row => table.columns.map(column => column[row] as number))
  return combinations.map(coordinates => {
    let sum = 0
    for (const point of points) {
      chosen.forEach((feature, position) => {
        point[feature] = coordinates[position] as number
      })
      sum += tree.mean[leafOf(tree, point)] as number
    }
    return sum / points.length
  })
}

function product(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>(
    (before, list) => before.flatMap(head => list.map(value => [...head, value])),
    [[]],
  )
}

/** Values of a parameter, evenly spread on its scale; all of them where there are no more than `points`. */
function valuesOf(parameter: SearchedParameter, points: number): ParameterValue[] {
  const listed = listedValues(parameter)
  if (listed !== null) return [...listed]
  const { low, high, step, log } = numericDomain(parameter as NumericSpecification)
  // A log-normal value on a grid can be 0.
  const isLog = log && low > 0
  const spread = Array.from({ length: points }, (_, index) => {
    const share = index / (points - 1)
    return isLog
      ? Math.exp((1 - share) * Math.log(low) + share * Math.log(high))
      : (1 - share) * low + share * high
  })
  // The ends are the bounds themselves, without rounding.
  spread[0] = low
  spread[points - 1] = high
  if (step === null) return spread
  const grid = { low, high, step }
  const last = stepGridSize(grid) - 1
  if (last < points)
    return Array.from({ length: last + 1 }, (_, index) => stepGridValue(grid, index))
  const indices = spread.map(value => Math.min(Math.round((value - low) / step), last))
  return [...new Set(indices)].map(index => stepGridValue(grid, index))
}
