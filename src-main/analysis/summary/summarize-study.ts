import { isFeasible } from '../../core/study/constraints.ts'
import { bestTrial } from '../../core/trial/ranking.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { trialStates, type TrialRecord, type TrialState } from '../../core/trial/trial.ts'
import { searchedAxes, type ParameterAxis } from '../parallel/parameter-axis.ts'
import { median } from '../../math/statistics/quantile.ts'

/** What a reader wants to know first about a study. */
export interface StudyOverview {
  readonly goals: readonly Goal[]
  /** The first goal, which decides pruning and the best trial. */
  readonly goal: Goal
  readonly best: TrialRecord | null
  readonly counts: Readonly<Record<TrialState, number>>
  /** Complete trials that break a constraint. */
  readonly infeasible: number
  /** Median duration of complete trials in milliseconds; NaN if there is none. */
  readonly medianDurationMs: number
  readonly axes: readonly ParameterAxis[]
}

export function summarizeStudy({ study, trials }: StudySnapshot): StudyOverview {
  const { goals, space } = study.specification
  const goal = goals[0] ?? { metric: '', direction: 'minimize' }
  const counts = Object.fromEntries(trialStates.map(state => [state, 0])) as Record<
    TrialState,
    number
  >
  for (const trial of trials) counts[trial.state]++
  return {
    goals,
    goal,
    best: bestTrial(trials, goal),
    counts,
    infeasible: trials.filter(trial => trial.state === 'complete' && !isFeasible(trial)).length,
    medianDurationMs: median(
      trials
        .filter(trial => trial.state === 'complete')
        .map(trialDurationMs)
        .filter(Number.isFinite),
    ),
    axes: searchedAxes(space),
  }
}

/** Milliseconds from the start of the first attempt to the end; NaN while the trial runs. */
export function trialDurationMs(trial: TrialRecord): number {
  return trial.finishedAtMs === null ? Number.NaN : trial.finishedAtMs - trial.startedAtMs
}

/** Values of all metrics at a step; metrics without that step are left out. */
export function metricsAtStep(trial: TrialRecord, step: number | null): Record<string, number> {
  const valuesAtStep: [string, number][] = []
  for (const [name, curve] of Object.entries(trial.metrics)) {
    const index = step === null ? -1 : curve.steps.indexOf(step)
    const value = curve.values[index]
    if (value !== undefined) valuesAtStep.push([name, value])
  }
  return Object.fromEntries(valuesAtStep)
}
