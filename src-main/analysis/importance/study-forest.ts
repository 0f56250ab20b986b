import { ownValue } from '../../core/values/named-values.ts'
import { type NumericSpecification, numericDomain } from '../../core/study/numeric-domain.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'
import { scaleOf } from '../../math/distributions/number-scale.ts'
import { type Feature, type FeatureTable, sortedBy } from '../../math/forest/feature-table.ts'
import { fitForest, type ForestOptions } from '../../math/forest/forest.ts'
import type { FeatureDomain } from '../../math/forest/leaf-boxes.ts'
import type { RegressionTree } from '../../math/forest/regression-tree.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { listedValues, type Observations, type SearchedParameter } from './observations.ts'

/**
 * A forest over the trials of a study, as importance methods look at it.
 *
 * Numbers stand on the scale that is searched: the logarithm where the study file says `log`, otherwise large
 * values would be all that counts. A parameter that is not active cannot matter; each tree sees a value
 * drawn uniformly in its place. So the forest learns the objective as a function over the whole product of the
 * domains that is constant where a parameter is not active, which is what functional ANOVA needs.
 */
export interface StudyForest {
  readonly features: readonly StudyFeature[]
  readonly domains: readonly FeatureDomain[]
  /** One per tree. */
  readonly trees: readonly StudyTree[]
  readonly losses: Float64Array
}

export interface StudyFeature {
  readonly name: string
  readonly domain: FeatureDomain
  /** Trials in which it was active. */
  readonly activeTrials: number
  /** The column's value for a value of the parameter. */
  encode(value: ParameterValue): number
}

export interface StudyTree {
  readonly tree: RegressionTree
  readonly table: FeatureTable
  /** How often each row was drawn; 0: the tree has not seen it. */
  readonly drawn: Float64Array
}

export interface StudyForestOptions {
  /** Default 64. */
  readonly trees?: number
  /** 0…2³²−1, default 0. */
  readonly seed?: number
  /** Hears how far the work is, 0…1. */
  readonly onProgress?: (share: number) => void
  /** Where the forest comes from, for callers that keep it from question to question; default: it is fitted. */
  readonly forestOf?: typeof fitStudyForest
}

/** Of all the work on a forest, what fitting it takes, about. */
export const FITTING_SHARE = 0.3

/** Limits as in Optuna's fANOVA: grown to single rows, at most 64 splits deep, on bootstrap samples. */
const forestOptions: ForestOptions = {
  trees: 1,
  bootstrap: true,
  thresholds: 'midpoint',
  minSplitRows: 2,
  minLeafRows: 1,
  maxDepth: 64,
  featuresPerSplit: Number.POSITIVE_INFINITY,
}

export function fitStudyForest(
  { searched, assignments, losses }: Observations,
  { trees = 64, seed = 0, onProgress }: StudyForestOptions = {},
): StudyForest {
  const features = searched.map(([name, parameter]) => studyFeature(name, parameter, assignments))
  const columns = features.map(feature => encodeColumn(feature, assignments))
  const kinds = features.map(({ domain }) => domain)
  // Columns without gaps are the same for every tree, and are sorted once; undefined: with gaps.
  const orders = columns.map((column, index) =>
    column.some(Number.isNaN) ? undefined : sortedBy(column, kinds[index] as Feature),
  )
  const random = createRandomStream({ seed, number: 0, purpose: 'study forest' })
  return {
    features,
    domains: kinds,
    losses,
    trees: Array.from({ length: trees }, (_, index) => {
      onProgress?.((FITTING_SHARE * index) / trees)
      const table: FeatureTable = {
        features: kinds,
        rowCount: assignments.length,
        columns: columns.map((column, index) =>
          orders[index] === undefined
            ? fillIn(column, kinds[index] as FeatureDomain, random)
            : column,
        ),
      }
      const sorted = orders.map((order, index) =>
        order === undefined
          ? sortedBy(table.columns[index] as Float64Array, kinds[index] as Feature)
          : order,
      )
      const { trees: grown, drawn } = fitForest(table, losses, forestOptions, random, sorted)
      return { tree: grown[0] as RegressionTree, drawn: drawn[0] as Float64Array, table }
    }),
  }
}

function studyFeature(
  name: string,
  parameter: SearchedParameter,
  assignments: readonly Assignment[],
): StudyFeature {
  const activeTrials = assignments.filter(assignment => Object.hasOwn(assignment, name)).length
  const values = listedValues(parameter)
  const scale = values === null ? studyScale(parameter as NumericSpecification) : null
  // Positions in a list of values, each in the middle of its share.
  const { low, high } = scale ?? { low: -0.5, high: (values?.length ?? 0) - 0.5 }
  const domain: FeatureDomain =
    'choice' in parameter
      ? { kind: 'categorical', categories: parameter.choice.length }
      : { kind: 'numeric', low, high }
  return {
    name,
    domain,
    activeTrials,
    encode: value => scale?.at(value as number) ?? (values ?? []).indexOf(value),
  }
}

/**
 * The searched scale and its bounds: grid values have half a step to either side, a logarithm does not reach
 * 0; a normal distribution becomes even, so that every part of it counts as often as it is tried.
 */
function studyScale(parameter: NumericSpecification): {
  readonly low: number
  readonly high: number
  at(value: number): number
} {
  const { low, high, step, log, normal } = numericDomain(parameter)
  const from = step === null ? low : low - (log ? Math.min(step, low) : step) / 2
  const to = step === null ? high : high + step / 2
  if (normal !== null) {
    const scale = scaleOf({ log, normal }, from, to)
    return { low: 0, high: 1, at: value => scale.positionOf(value) }
  }
  const at = (value: number): number => (log ? Math.log(value) : value)
  return { low: at(from), high: at(to), at }
}

/** NaN where the parameter was not active. */
function encodeColumn(feature: StudyFeature, assignments: readonly Assignment[]): Float64Array {
  return Float64Array.from(assignments, assignment => {
    const value = ownValue(assignment, feature.name)
    return value === undefined ? Number.NaN : feature.encode(value)
  })
}

function fillIn(column: Float64Array, domain: FeatureDomain, random: RandomStream): Float64Array {
  return column.map(value => {
    if (!Number.isNaN(value)) return value
    return domain.kind === 'categorical'
      ? random.integer(domain.categories)
      : domain.low + (domain.high - domain.low) * random.uniform()
  })
}
