import type { ImportanceAnswer, Outcome } from '../../contract/api/analysis.ts'
import { fact } from '../../contract/fact.ts'
import { isBetter } from '../../contract/ranking.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'
import { type ChartTrial, counts, goalValue, type GoalOf } from '../history/progress.ts'
import { axisValue } from '../parallel/narrow-space.ts'
import { axisPosition, type ParameterAxis } from '../parallel/parameter-axis.ts'
import type { Insight } from './insight.ts'

/** The share of the trials that counts as good, and how many of them are needed. */
const GOOD_SHARE = 0.2
const MIN_GOOD = 8
/** Trials outside that were tried in vain; with fewer, nothing is known of there. */
const MIN_OUTSIDE = 8
/** Of the good trials, so many at either end are chance. */
const TAIL = 0.05
/** Beyond the good ones some room stays, as a share of the axis. */
const ROOM = 0.05
/** A range that stays wider than this share is not worth a change. */
const MAX_WIDTH = 0.6

/**
 * The part of a parameter's axis in which the good trials lie, if they do so closely and trials elsewhere were worse: worth
 * narrowing the range to. Numbers only: choices are few, and each may be right in another place.
 * @param axes the most important first; the first that can be narrowed is taken
 */
export function narrowInsight(
  trials: readonly ChartTrial[],
  axes: readonly ParameterAxis[],
  goal: GoalOf,
): Insight | null {
  const known = trials
    .filter(trial => counts(trial, goal))
    .sort((a, b) =>
      isBetter(goalValue(a, goal), goalValue(b, goal), goal.direction)
        ? -1
        : isBetter(goalValue(b, goal), goalValue(a, goal), goal.direction)
          ? 1
          : a.number - b.number,
    )
  const good = known.slice(0, Math.floor(GOOD_SHARE * known.length))
  if (good.length < MIN_GOOD) return null
  for (const axis of axes) {
    if (axis.kind !== 'numeric') continue
    const positionOf = ({ parameters }: ChartTrial): number | null => axisPosition(axis, parameters)
    const places = good.map(positionOf).filter(place => place !== null)
    // A parameter that most good trials do not have decides nothing about them.
    if (places.length < MIN_GOOD || places.length < good.length / 2) continue
    places.sort((a, b) => a - b)
    const low = Math.max(0, quantileSorted(places, TAIL) - ROOM)
    const high = Math.min(1, quantileSorted(places, 1 - TAIL) + ROOM)
    if (high - low > MAX_WIDTH) continue
    const outside = known.filter(trial => {
      const place = positionOf(trial)
      return place !== null && (place < low || place > high)
    })
    const [nearest] = outside
    if (outside.length < MIN_OUTSIDE || nearest === undefined) continue
    return {
      fact: fact('insight.narrow', {
        ...{ name: axis.name, count: good.length, percent: Math.round(100 * (high - low)) },
        ...{ low: axisValue(axis, low), high: axisValue(axis, high) },
      }),
      doubt: fact('insight.narrowDoubt', {
        ...{ outside: outside.length, trial: nearest.number, place: known.indexOf(nearest) + 1 },
      }),
      action: { kind: 'narrow', name: axis.name, part: [low, high] },
    }
  }
  return null
}

/** Which parameter matters most, and where it may be narrowed; nothing to narrow where none stands out from chance. */
export function parameterInsights(
  outcome: Outcome<ImportanceAnswer> | null,
  { trials, axes, goal }: { trials: readonly ChartTrial[]; axes: readonly ParameterAxis[]; goal: GoalOf }, // prettier-ignore
): Insight[] {
  const first = outcome?.ok === true ? outcome.result.parameters.toSorted((a, b) => b.mean - a.mean)[0] : undefined // prettier-ignore
  if (outcome?.ok !== true || first === undefined) return []
  const { deviation, mean, name } = first
  if (mean <= (deviation ?? 0)) {
    return [{ fact: fact('importance.none', { trials: outcome.trials }), doubt: null }]
  }
  const narrow = narrowInsight(trials, axes, goal)
  return [
    {
      fact: fact('insight.matters', {
        ...{ name, percent: Math.round(100 * mean), doubt: Math.round(100 * (deviation ?? 0)) },
      }),
      doubt: fact('insight.mattersDoubt', { trials: outcome.trials }),
    },
    ...(narrow === null ? [] : [narrow]),
  ]
}
