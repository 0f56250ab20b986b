import { improvements, isComparable } from '../../core/trial/ranking.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { isFinished, type TrialRecord } from '../../core/trial/trial.ts'
import { busyTime } from '../timeline/busy-time.ts'

/** The part of a trial that charts need; records and the rows of the page both have it. */
export type ChartTrial = Pick<
  TrialRecord,
  | 'number'
  | 'state'
  | 'parameters'
  | 'values'
  | 'constraints'
  | 'lastStep'
  | 'startedAtMs'
  | 'finishedAtMs'
>

/** One goal of a study, as charts of single values look at it. */
export interface GoalOf extends Goal {
  /** Its position among the goals. */
  readonly index: number
  /** What its metric is called in words; absent: its name. */
  readonly label?: string
}

export function goalValue({ values }: Pick<ChartTrial, 'values'>, { index }: GoalOf): number {
  return values[index] ?? Number.NaN
}

/** A trial of which no more may be known than what became of it. */
export type OutlineTrial = Pick<ChartTrial, 'number' | 'state' | 'values' | 'constraints'> &
  Partial<ChartTrial & Pick<TrialRecord, 'trainings'>>

/** It may be the best, and can be drawn. */
export function counts(trial: OutlineTrial, goal: GoalOf): boolean {
  return isComparable(trial, goal.index) && Number.isFinite(goalValue(trial, goal))
}

/** Along which cost a search is drawn. */
export type Progress = 'trials' | 'wallTime' | 'epochs'

export interface Placed<Trial = ChartTrial> {
  readonly trial: Trial
  readonly x: number
}

/**
 * Finished trials at their numbers, or at what had been spent when they ended; rising.
 * @param energy joules by number of the trial, for `energy`; trials without a measurement count as none
 */
export function placeTrials<Trial extends OutlineTrial>(
  trials: readonly Trial[],
  by: Progress | 'energy',
  energy: ReadonlyMap<number, number> = new Map(),
): Placed<Trial>[] {
  const finished = trials.filter(({ state }) => isFinished(state))
  if (by === 'trials') return finished.map(trial => ({ trial, x: trial.number }))
  const endOf = (trial: Trial): number => trial.finishedAtMs ?? trial.startedAtMs ?? 0
  const ended = finished.toSorted((a, b) => endOf(a) - endOf(b) || a.number - b.number)
  if (by === 'wallTime') {
    const time = busyTime(
      finished.map(trial => ({ fromMs: trial.startedAtMs ?? 0, toMs: endOf(trial) })),
    )
    return ended.map(trial => ({ trial, x: time.at(endOf(trial)) }))
  }
  let spent = 0
  return ended.map(trial => {
    spent += (by === 'epochs' ? trial.lastStep : energy.get(trial.number)) ?? 0
    return { trial, x: spent }
  })
}

export interface BestStep {
  readonly number: number
  readonly x: number
  readonly value: number
}

/** Where the best so far changes. @param placed rising in x */
export function bestSteps(placed: readonly Placed<OutlineTrial>[], goal: GoalOf): BestStep[] {
  const drawn = placed.map(({ trial }) => trial).filter(trial => counts(trial, goal))
  let index = 0
  return improvements(drawn, goal).map(({ trial, value }) => {
    while (placed[index]?.trial !== trial) index++
    return { number: trial.number, value, x: placed[index]?.x ?? Number.NaN }
  })
}
