import { improvements } from '../../contract/ranking.ts'
import { isFeasible } from '../../contract/constraints.ts'
import { type ChartTexts, fillIn } from '../../contract/i18n/chart-texts.ts'
import { busyTime } from '../timeline/busy-time.ts'
import type { ChartModel, ChartTrial, MarkPoint } from './chart-model.ts'
import { counts, type GoalOf, goalValue, nothingToShow, scaleFor } from './goal-values.ts'

/** What a search costs, along the horizontal axis. */
export type Progress = 'trials' | 'wallTime' | 'epochs'

export interface HistoryQuestion {
  readonly trials: readonly ChartTrial[]
  readonly goal: GoalOf
  readonly by: Progress | 'energy'
  readonly logX: boolean
  readonly logY: boolean
  readonly texts: ChartTexts
  /** Trials without the filter. */
  readonly all?: number
  /** Joules by number of the trial, for `energy`; trials without a measurement count as none. */
  readonly energy?: ReadonlyMap<number, number>
}

/**
 * Every trial's value and the best so far. By trials a value stands at its trial's number; by time, epochs and energy
 * where its trial ended, with long pauses cut out: what had been spent when it was known.
 */
export function historyModel(question: HistoryQuestion): ChartModel {
  const { goal, texts, by } = question
  const placed = placeTrials(question.trials, by, question.energy)
  const known = placed.filter(({ trial }) => Number.isFinite(goalValue(trial, goal)))
  const y = scaleFor(
    known.map(({ trial }) => goalValue(trial, goal)),
    question.logY,
    texts,
  )
  const point = ({ trial, x }: Placed): MarkPoint => ({
    x,
    y: goalValue(trial, goal),
    trial: trial.number,
  })
  const good = known.filter(({ trial }) => counts(trial, goal))
  const broken = known.filter(({ trial }) => trial.state === 'complete' && !isFeasible(trial))
  const pruned = known.filter(({ trial }) => trial.state === 'pruned')
  const steps = bestSteps(good, goal)
  const last = placed.at(-1)
  const points = steps.map(({ number, x, value }) => ({ x, y: value, trial: number }))
  const end = steps.at(-1)
  const line =
    end === undefined || last === undefined
      ? []
      : [...points, { x: last.x, y: end.value, trial: end.number }]
  const missing = placed.filter(({ trial }) => trial.state === 'complete').length
  const leftOut = missing - good.length - broken.length
  const titles = {
    trials: texts.trial,
    wallTime: texts.wallTime,
    epochs: texts.epochs,
    energy: texts.energy,
  }
  return {
    x: {
      title: titles[by],
      scale: question.logX ? 'log' : 'linear',
      ...(by === 'energy' ? {} : { unit: by === 'wallTime' ? 'durationMs' : 'whole' }),
    },
    y: { title: goal.metric, scale: y.scale },
    marks: [
      {
        kind: 'points',
        name: texts.pruned,
        tone: 'pruned',
        hollow: true,
        points: pruned.map(point),
      },
      {
        kind: 'points',
        name: texts.infeasible,
        tone: 'failed',
        hollow: true,
        points: broken.map(point),
      },
      { kind: 'points', name: texts.complete, tone: 'accent', points: good.map(point) },
      { kind: 'line', name: texts.bestSoFar, tone: 'best', stepped: true, points: line },
    ],
    table: {
      columns: [texts.trial, titles[by], goal.metric, texts.state, texts.bestSoFar],
      rows: known.map(({ trial, x }) => [
        trial.number,
        x,
        goalValue(trial, goal),
        trial.state === 'pruned'
          ? texts.pruned
          : isFeasible(trial)
            ? texts.complete
            : texts.infeasible,
        steps.findLast(step => step.x <= x)?.value ?? null,
      ]),
    },
    empty: known.length === 0 ? nothingToShow(question.trials, texts, question.all) : null,
    notes: [...y.notes, ...(leftOut > 0 ? [fillIn(texts.leftOut, { count: leftOut })] : [])],
  }
}

export interface Placed {
  readonly trial: ChartTrial
  readonly x: number
}

/** Finished trials at what had been spent when they ended; rising. A logarithmic axis begins at 1. */
export function placeTrials(
  trials: readonly ChartTrial[],
  by: Progress | 'energy',
  energy: ReadonlyMap<number, number> = new Map(),
): Placed[] {
  const finished = trials.filter(({ finishedAtMs }) => finishedAtMs !== null)
  if (by === 'trials') return finished.map(trial => ({ trial, x: trial.number }))
  const ended = finished.toSorted(
    (a, b) => (a.finishedAtMs ?? 0) - (b.finishedAtMs ?? 0) || a.number - b.number,
  )
  if (by === 'epochs' || by === 'energy') {
    let spent = 0
    return ended.map(trial => {
      spent += (by === 'epochs' ? trial.lastStep : energy.get(trial.number)) ?? 0
      return { trial, x: spent }
    })
  }
  const time = busyTime(
    finished.map(({ startedAtMs, finishedAtMs }) => ({
      fromMs: startedAtMs,
      toMs: finishedAtMs ?? startedAtMs,
    })),
  )
  return ended.map(trial => ({ trial, x: time.at(trial.finishedAtMs ?? 0) }))
}

export interface BestStep {
  readonly number: number
  readonly x: number
  readonly value: number
}

/** Where the best so far changes. @param placed that may be the best, rising in x */
export function bestSteps(placed: readonly Placed[], goal: GoalOf): BestStep[] {
  const places = new Map(placed.map(({ trial, x }) => [trial, x]))
  const drawn = placed.map(({ trial }) => trial).filter(trial => counts(trial, goal))
  return improvements(drawn, goal).map(({ trial, value }) => ({
    ...{ number: trial.number, value },
    x: places.get(trial) ?? Number.NaN,
  }))
}
