import { ownValue } from '../../core/values/named-values.ts'
import { type NumericSpecification, numericDomain } from '../../core/study/numeric-domain.ts'
import { stepGridSize } from '../../core/study/step-grid.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { scaleOf } from '../../math/distributions/number-scale.ts'
import { clamp, sum } from '../../math/numbers.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { meanAndDeviation } from '../statistics/mean-and-deviation.ts'
import { gridDensity } from './grid-density.ts'
import type { ImportanceOutcome, ParameterImportance } from './importance-outcome.ts'
import {
  type ImportanceQuestion,
  listedValues,
  type Observations,
  readObservations,
  type SearchedParameter,
} from './observations.ts'

export interface PedAnovaOptions {
  /** γ′, the share of trials that is good; 0…1, default 0.1. */
  readonly target?: number
  /** γ, the share of trials that they are compared with; target…1, default 1 (all). */
  readonly region?: number
  /** Studies drawn from the trials with replacement, for the deviation; default 100. */
  readonly resamples?: number
  /** 0…2³²−1, default 0. */
  readonly seed?: number
}

/** @property divergence what the importance is a share of: comparable between studies of the same options */
export interface PedAnovaImportance extends ParameterImportance {
  readonly divergence: number
}

/** Points of a grid over a continuous parameter. */
const GRID_POINTS = 50

/**
 * PED-ANOVA: a parameter matters for being good as far as its values among the good trials are distributed
 * differently from those among all. Pearson's divergence between the two densities, which equals the local
 * variance of being good that the parameter explains; shares add up to 1. No surrogate model: fast, and
 * about the region that the user is interested in.
 *
 * A conditional parameter is compared within the trials in which it was active; how often these are
 * among the good and among all scales it (conditional PED-ANOVA, theorem 4.2). Being active or not is the
 * parent's doing.
 *
 * Equal to Optuna 5's evaluator. The deviation over resampled trials is ours.
 *
 * - S. Watanabe, A. Bansal, F. Hutter: PED-ANOVA: efficiently quantifying hyperparameter importance in
 *   arbitrary subspaces. IJCAI 2023, arXiv:2304.10255 (theorem 1, equation 7).
 * - Conditional PED-ANOVA: hyperparameter importance in hierarchical & dynamic search spaces. KDD 2026,
 *   arXiv:2601.20800.
 */
export function pedAnova(
  question: ImportanceQuestion,
  { target = 0.1, region = 1, resamples = 100, seed = 0 }: PedAnovaOptions = {},
): ImportanceOutcome<readonly PedAnovaImportance[]> {
  const observations = readObservations(question)
  if (!observations.ok) return observations
  const { losses, assignments, searched } = observations
  const count = losses.length
  const grids = searched.map(([name, parameter]) => gridOf(name, parameter, observations))
  const everyRow = Int32Array.from({ length: count }, (_, row) => row)
  const ranks = ranksOf(losses)
  const divergences = divergencesOf(everyRow, ranks, grids, target, region)
  const total = sum(divergences)
  if (total === 0) return { ok: false, reason: 'noVariation' }

  const random = createRandomStream({ seed, number: 0, purpose: 'ped-anova' })
  const shares: number[][] = []
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = everyRow.map(() => random.integer(count))
    const resampled = divergencesOf(drawn, ranks, grids, target, region)
    const all = sum(resampled)
    if (all > 0) shares.push(resampled.map(divergence => divergence / all))
  }
  const result = searched.map(([name], index): PedAnovaImportance => {
    const divergence = divergences[index] as number
    return {
      name,
      divergence,
      mean: divergence / total,
      deviation:
        shares.length === 0
          ? null
          : meanAndDeviation(shares.map(row => row[index] as number)).deviation,
      activeTrials: assignments.filter(assignment => Object.hasOwn(assignment, name)).length,
    }
  })
  return { ok: true, trials: count, result: result.sort((a, b) => b.mean - a.mean) }
}

/** A parameter's grid and where the trials stand on it; −1: not active. */
interface ParameterGrid {
  readonly kind: 'numeric' | 'categorical'
  readonly size: number
  readonly gridIndices: Int32Array
}

function gridOf(
  name: string,
  parameter: SearchedParameter,
  { assignments }: Observations,
): ParameterGrid {
  const kind = 'choice' in parameter ? 'categorical' : 'numeric'
  const values = listedValues(parameter)
  const axis = values === null ? numericAxis(parameter as NumericSpecification) : null
  return {
    kind,
    size: axis?.size ?? (values as readonly unknown[]).length,
    gridIndices: Int32Array.from(assignments, assignment => {
      const value = ownValue(assignment, name)
      if (value === undefined) return -1
      return (
        axis?.gridIndexOf(value as number) ?? (values as readonly ParameterValue[]).indexOf(value)
      )
    }),
  }
}

function numericAxis(parameter: NumericSpecification): {
  readonly size: number
  gridIndexOf(value: number): number
} {
  const { low, high, step, log, normal } = numericDomain(parameter)
  let size = GRID_POINTS
  if (log && 'int' in parameter) {
    size = Math.min(size, Math.ceil(Math.log2(high - low + 1)) + 1)
  } else if (!log && step !== null) {
    size = Math.min(size, stepGridSize({ low, high, step }))
  }
  const even = normal === null ? null : scaleOf({ log, normal }, low, high)
  const scale = (value: number): number =>
    even?.positionOf(value) ?? (log ? Math.log(value) : value)
  const cell = (scale(high) - scale(low)) / (size - 1)
  return {
    size,
    // Halfway between two points belongs to the lower one.
    gridIndexOf: value => {
      const gridIndex = Math.ceil((scale(value) - scale(low)) / cell - 0.5)
      return clamp(gridIndex, 0, size - 1)
    },
  }
}

/** Per parameter (γ′/γ)² · α²/β · Pearson's divergence of good from all among those active. */
function divergencesOf(
  rows: Int32Array,
  ranks: Int32Array,
  grids: readonly ParameterGrid[],
  target: number,
  region: number,
): number[] {
  const all = bestRows(rows, ranks, region)
  const good = bestRows(rows, ranks, target)
  return grids.map(({ kind, size, gridIndices }) => {
    const countsOf = (chosen: Int32Array): { counts: Float64Array; active: number } => {
      const counts = new Float64Array(size)
      let active = 0
      for (const row of chosen) {
        const gridIndex = gridIndices[row] as number
        if (gridIndex < 0) continue
        counts[gridIndex] = (counts[gridIndex] as number) + 1
        active++
      }
      return { counts, active }
    }
    const inAll = countsOf(all)
    const inGood = countsOf(good)
    // A density of fewer than two trials says nothing.
    if (inAll.active < 2 || inGood.active < 1) return 0
    const p = gridDensity({ kind, counts: inGood.counts })
    const q = gridDensity({ kind, counts: inAll.counts })
    let divergence = 0
    q.forEach((density, at) => {
      divergence += density * ((p[at] as number) / density - 1) ** 2
    })
    const alpha = inGood.active / good.length
    const beta = inAll.active / all.length
    return (good.length / all.length) ** 2 * (alpha ** 2 / beta) * divergence
  })
}

/** 0 for the lowest loss; equals have one rank. */
function ranksOf(losses: Float64Array): Int32Array {
  const distinct = [...new Set(losses)].sort((a, b) => a - b)
  const rankOf = new Map(distinct.map((loss, rank) => [loss, rank]))
  return Int32Array.from(losses, loss => rankOf.get(loss) as number)
}

/** The best share of the rows, equals of the last one included. Counts instead of sorting, since it is done for every resample. */
function bestRows(rows: Int32Array, ranks: Int32Array, share: number): Int32Array {
  if (share >= 1) return rows
  const counts = new Int32Array(ranks.length)
  for (const row of rows) {
    const rank = ranks[row] as number
    counts[rank] = (counts[rank] as number) + 1
  }
  let limit = 0
  let remaining = Math.max(Math.ceil(share * rows.length), 1) - (counts[0] as number)
  while (remaining > 0) remaining -= counts[++limit] as number
  return rows.filter(row => (ranks[row] as number) <= limit)
}
