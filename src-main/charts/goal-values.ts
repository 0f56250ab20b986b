import { isFeasible } from '../core/study/constraints.ts'
import { signOf } from '../core/trial/ranking.ts'
import type { Translate } from '../core/i18n/translate.ts'
import type { Goal } from '../core/study/study-specification.ts'
import { type TrialState, trialStates } from '../core/trial/trial.ts'
import {
  type ChartTrial,
  type GoalOf,
  goalValue,
  type OutlineTrial,
} from '../analysis/history/progress.ts'
import {
  extentOf,
  robustRange,
  type RobustRange,
  type ShownScale,
} from '../analysis/statistics/robust-range.ts'
import {
  type ChartAxis,
  isDrawn,
  type Mark,
  type MarkPoint,
  stateShapes,
  dots,
  type Unit,
} from './chart-model.ts'

/** 0 for the worst value, 1 for the best; equal values share the mean place. */
export function shadesOf(trials: readonly ChartTrial[], goal: GoalOf): ReadonlyMap<number, number> {
  const sign = -signOf(goal.direction)
  const ranked = trials
    .map(trial => ({ number: trial.number, score: sign * goalValue(trial, goal) }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => a.score - b.score)
  const shades = new Map<number, number>()
  for (let from = 0; from < ranked.length;) {
    let to = from
    while (ranked[to + 1]?.score === ranked[from]?.score) to++
    const shade = ranked.length === 1 ? 1 : (from + to) / 2 / (ranked.length - 1)
    for (; from <= to; from++) shades.set((ranked[from] as { number: number }).number, shade)
  }
  return shades
}

/** Why no trial of these can be drawn. @param all how many there are without the filter */
export function nothingToShow(
  trials: readonly OutlineTrial[],
  t: Translate,
  all = trials.length,
): string {
  if (all === 0) return t('chart.noTrials')
  if (trials.length === 0) return t('chart.noneMatch')
  if (trials.every(({ state }) => state === 'failed')) return t('chart.allFailed')
  const states = new Map<TrialState, number>()
  for (const { state } of trials) states.set(state, (states.get(state) ?? 0) + 1)
  const counted = Array.from(states, ([state, count]) =>
    t('list.count', { count, what: t(`state.${state}`) }),
  )
  return t('chart.noValues', { counts: counted })
}

/** Points of trials: one mark for each state that occurs, and one for what breaks a constraint. */
export function stateMarks(
  points: readonly (MarkPoint & { readonly of: OutlineTrial })[],
  t: Translate,
): Mark[] {
  const broken: MarkPoint[] = []
  const byState = new Map<TrialState, MarkPoint[]>(trialStates.map(state => [state, []]))
  for (const { of, x, y, shade, text } of points) {
    const isBroken = of.state === 'complete' && !isFeasible(of)
    const point = { x, y, trial: of.number, ...(text === undefined ? {} : { text }) }
    const statePoints = isBroken ? broken : byState.get(of.state)
    statePoints?.push(shade === undefined ? point : { ...point, shade })
  }
  const marks = [...byState]
    .reverse()
    .map(([state, statePoints]) =>
      dots(t(`state.${state}`), state, statePoints, stateShapes[state]),
    )
  return [...marks, infeasibleDots(broken, t)].filter(isDrawn)
}

/** Trials that break a constraint. */
export function infeasibleDots(points: readonly MarkPoint[], t: Translate): Mark {
  return dots(t('chart.infeasible'), 'failed', points, 'circle')
}

/** A ring around the best point. */
export function bestRing(point: Pick<MarkPoint, 'x' | 'y'> | undefined): Mark {
  return dots('', 'best', point === undefined ? [] : [{ x: point.x, y: point.y }], 'ring')
}

/** Trials along one goal, and the language of the words. */
export interface GoalQuestion<Trial = ChartTrial> {
  readonly trials: readonly Trial[]
  readonly goal: GoalOf
  readonly t: Translate
  /** How many trials there are without the filter. */
  readonly all?: number
}

/** How a person wants the axis of measured values. */
export interface AxisWish {
  readonly log: boolean | 'auto'
  /** With the values that lie far outside of the others. */
  readonly full?: boolean
  /** Of an automatic one: what the axis of this title has shown so far. */
  readonly shown?: (title: string) => ShownScale | undefined
}

/** The part of a question that is about the axis. */
export function wishOf({ log = 'auto', full = false, shown }: Partial<AxisWish>): AxisWish {
  return { log, full, ...(shown === undefined ? {} : { shown }) }
}

/**
 * The axis of measured values. One that runs away does not flatten the others: what lies far on the worse side stands on the
 * edge, and a note says so.
 * @param log  asked for, where every value allows it; `auto`: where the values span orders of magnitude, steadily once something was `shown`
 * @param full  asked for every value, however far away
 * @param fence see {@link robustRange}
 */
export function valueAxis(
  title: string,
  values: readonly number[],
  {
    direction,
    log,
    full = false,
    shown,
    t,
    fence,
  }: AxisWish & {
    readonly direction: Goal['direction']
    readonly t: Translate
    readonly fence?: number
  },
): { readonly axis: ChartAxis; readonly notes: readonly string[] } {
  const all = extentOf(values)
  const unit = metricUnit(title)
  const named = { title, ...(unit === undefined ? {} : { unit }) }
  if (all === null) return { axis: { ...named, scale: 'linear' }, notes: [] }
  const options = { log, shown: shown?.(title), ...(fence === undefined ? {} : { fence }) }
  const robust = robustRange(values, direction, options) as RobustRange
  const { outside, log: isLog, ...range } = robust
  return {
    axis: {
      ...named,
      scale: isLog ? 'log' : 'linear',
      range: full ? all : range,
      ...(outside > 0 ? { outside } : {}),
    },
    notes: [
      ...(log === true && !isLog ? [t('chart.logImpossible')] : []),
      ...(isLog && log === 'auto' ? [t('chart.logAxis')] : []),
      ...(outside > 0 && !full ? [t('chart.outside', { count: outside })] : []),
    ],
  }
}

/** Most names say their unit; nobody reads a size in single bytes. */
function metricUnit(name: string): Unit | undefined {
  return name.endsWith('Bytes') ? 'bytes' : undefined
}
