import type { ImportanceAnswer, Outcome } from '../../core/questions/analysis.ts'
import { importanceMessage, standsOut } from '../importance/importance-message.ts'
import { msg } from '../../core/errors/message.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { isNumeric, numericDomain } from '../../core/study/numeric-domain.ts'
import { compareNumbers, signOf } from '../../core/trial/ranking.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'
import { type ChartTrial, counts, goalValue, type GoalOf } from '../history/progress.ts'
import { type AxisPart, axisValue, narrowSpace } from '../parallel/narrow-space.ts'
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
  const sign = signOf(goal.direction)
  const counted = trials
    .filter(trial => counts(trial, goal))
    .sort(
      (a, b) =>
        sign * compareNumbers(goalValue(a, goal), goalValue(b, goal)) || a.number - b.number,
    )
  const good = counted.slice(0, Math.floor(GOOD_SHARE * counted.length))
  if (good.length < MIN_GOOD) return null
  for (const axis of axes) {
    if (axis.kind !== 'numeric') continue
    const positionOf = ({ parameters }: ChartTrial): number | null => axisPosition(axis, parameters)
    // The range may have been changed since: trials beyond it say nothing of what lies within.
    const positions = good
      .map(positionOf)
      .filter(position => position !== null)
      .filter(position => position >= 0 && position <= 1)
    // A parameter that most good trials do not have decides nothing about them.
    if (positions.length < MIN_GOOD || positions.length < good.length / 2) continue
    positions.sort((a, b) => a - b)
    const low = Math.max(0, quantileSorted(positions, TAIL) - ROOM)
    const high = Math.min(1, quantileSorted(positions, 1 - TAIL) + ROOM)
    if (high - low > MAX_WIDTH) continue
    const outside = counted.filter(trial => {
      const position = positionOf(trial)
      return position !== null && (position < low || position > high)
    })
    const [nearest] = outside
    if (outside.length < MIN_OUTSIDE || nearest === undefined) continue
    const inside = positions.filter(position => position >= low && position <= high).length
    return {
      message: msg('insight.narrow', {
        name: axis.name,
        count: good.length,
        inside,
        low: axisValue(axis, low),
        high: axisValue(axis, high),
        percent: Math.round(100 * (high - low)),
      }),
      doubt: msg('insight.narrowDoubt', {
        outside: outside.length,
        trial: nearest.number,
        rank: counted.indexOf(nearest) + 1,
      }),
      action: { kind: 'narrow', name: axis.name, part: [low, high] },
    }
  }
  return null
}

/**
 * What a parameter becomes, which keeps its steps; null where that is nothing else than before, or where it has no ends to
 * move.
 */
export function narrowedParameter(
  space: StudySpecification['space'],
  axes: readonly ParameterAxis[],
  { name, part }: { readonly name: string; readonly part: AxisPart },
): {
  readonly parameter: ParameterSpecification
  readonly low: number
  readonly high: number
} | null {
  const narrowed = narrowSpace(space, axes, new Map([[name, part]]))
  const [before, parameter] = [ownValue(space, name), ownValue(narrowed.space, name)]
  if (before === undefined || parameter === undefined || narrowed.unchanged.includes(name)) {
    return null
  }
  if (!isNumeric(before) || !isNumeric(parameter)) return null
  const [from, { low, high }] = [numericDomain(before), numericDomain(parameter)]
  return low === from.low && high === from.high ? null : { parameter, low, high }
}

function standingOut(outcome: Outcome<ImportanceAnswer> | null): ReadonlySet<string> {
  const parameters = outcome?.ok === true ? outcome.result.parameters : []
  return new Set(parameters.filter(standsOut).map(({ name }) => name))
}

/**
 * Which parameters matter, as the charts show it, and what may be narrowed.
 * @param verdict shares of the variance, which the charts are drawn from; null: not known yet, and nothing is said
 * @param amongBest shares in being among the best. What is narrowed has to stand out in both.
 */
export function parameterInsights(
  verdict: Outcome<ImportanceAnswer> | null,
  amongBest: Outcome<ImportanceAnswer> | null,
  {
    trials,
    axes,
    goal,
  }: { trials: readonly ChartTrial[]; axes: readonly ParameterAxis[]; goal: GoalOf },
): Insight[] {
  const message = verdict === null ? null : importanceMessage(verdict)
  if (verdict?.ok !== true || message === null) return []
  if (message.code !== 'importance.decide' && message.code !== 'importance.seem') {
    return [{ message, doubt: null }]
  }
  const [byVariance, byBest] = [standingOut(verdict), standingOut(amongBest)]
  const sure = axes.filter(({ name }) => byVariance.has(name) && byBest.has(name))
  const narrow = narrowInsight(trials, sure, goal)
  return [
    { message, doubt: msg('insight.mattersDoubt', { trials: verdict.trials }) },
    ...(narrow === null ? [] : [narrow]),
  ]
}
