import type { StudyOutline, StudyRow, TrialRow } from '../common/rows.ts'
import { runningProgram } from '../../../core/study/imported-study.ts'
import { isBetter } from '../../../core/trial/ranking.ts'
import { type Goal, objectiveName } from '../../../core/study/study-specification.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import type { TrialOutline, TrialRecord, TrialState } from '../../../core/trial/trial.ts'
import { trialLimit } from '../../../core/stopping/trials/trials.ts'

/** Points of a sparkline at most. */
const SPARKLINE_POINTS = 40

/** A study as lists show it. */
export function toStudyRow(
  study: StudySummary,
  {
    runsInThisProcess,
    requestedEnd,
    best,
    timeLeftMs,
    completeValues,
  }: Pick<StudyRow, 'runsInThisProcess' | 'requestedEnd' | 'best' | 'timeLeftMs'> & {
    readonly completeValues: readonly number[]
  },
): StudyRow {
  const isKilled = study.state === 'running' && !runsInThisProcess
  const { specification, source: _, environment, dataset: _dataset, ...row } = study
  const goal = specification.goals[0] as Goal
  return {
    ...row,
    state: isKilled ? 'interrupted' : study.state,
    trials: isKilled ? withoutRunning(study.trials) : study.trials,
    best,
    runsInThisProcess,
    requestedEnd,
    goal,
    goalCount: specification.goals.length,
    objective: objectiveName(specification.objective),
    sampler: specification.sampler.name,
    program: runningProgram(environment),
    trialBudget: trialLimit(specification.stop),
    timeLeftMs,
    sparkline: sparklineOf(completeValues, goal),
    parallelTrials: specification.parallelTrials,
  }
}

function withoutRunning(counts: StudyRow['trials']): StudyRow['trials'] {
  return { ...counts, running: 0, interrupted: counts.interrupted + counts.running }
}

/** Where no session of the study runs, a trial that is said to run was left behind by one that was killed. */
export function shownState(state: TrialState, runsInThisProcess: boolean): TrialState {
  return state === 'running' && !runsInThisProcess ? 'interrupted' : state
}

export function toStudyOutline(
  trials: readonly TrialOutline[],
  runsInThisProcess: boolean,
): StudyOutline {
  return {
    numbers: trials.map(({ number }) => number),
    states: trials.map(({ state }) => shownState(state, runsInThisProcess)),
    values: trials.map(({ value }) => (Number.isFinite(value) ? value : null)),
    excluded: trials.filter(({ excluded }) => excluded).map(({ number }) => number),
    infeasible: trials.filter(({ feasible }) => !feasible).map(({ number }) => number),
  }
}

/** A trial as tables show it. */
export function toTrialRow({
  provenance,
  attempts,
  metrics: _,
  seed: _seed,
  bestStep: _bestStep,
  untilStep: _untilStep,
  ...trial
}: TrialRecord): TrialRow {
  const attempt = attempts.at(-1)
  return {
    ...trial,
    reason: trial.reason ?? attempt?.failure?.reason ?? null,
    proposal: provenance.reason,
    attempts: attempts.length,
    slot: attempt?.slot ?? 0,
    ...(attempt?.machine === undefined ? {} : { machine: attempt.machine }),
    excluded: trial.excluded ?? false,
    note: trial.note ?? '',
  }
}

/** Best value so far, thinned evenly to the length of a sparkline; the last point is the last value. */
function sparklineOf(values: readonly number[], { direction }: Goal): number[] {
  const line: number[] = []
  let best = Number.NaN
  for (const value of values) {
    if (isBetter(value, best, direction)) best = value
    if (!Number.isNaN(best)) line.push(best)
  }
  if (line.length <= SPARKLINE_POINTS) return line
  return Array.from({ length: SPARKLINE_POINTS }, (_, point) => {
    const index = Math.round((point * (line.length - 1)) / (SPARKLINE_POINTS - 1))
    return line[index] as number
  })
}
