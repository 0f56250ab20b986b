import { constraintMetric } from '../../core/study/constraints.ts'
import { latencyMetrics } from '../../core/trial/cost-metrics.ts'
import { instanceOf, trainingsOf } from '../../core/study/trainings.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { defined } from '../../core/values/json.ts'
import type { StartingPoint, StartMessage } from '../../core/processes/trainer-protocol.ts'
import { replicateSeed } from './replicates.ts'
import type { RunningTrial, StudyRun, Training } from './run-state.ts'

function looksAtLatency({ goals, constraints }: StudySpecification): boolean {
  const names = [...goals.map(({ metric }) => metric), ...constraints.map(constraintMetric)]
  return latencyMetrics.some(metric => names.includes(metric))
}

/**
 * What a trainer is told of one training of an attempt.
 * @param from where it begins; undefined: at the beginning
 * @param limitMs the time that it may take; null: as long as it takes
 */
export function startMessage(
  run: StudyRun,
  { trial, start, isJudged }: RunningTrial,
  { number: replicate }: Training,
  from: StartingPoint | undefined,
  limitMs: number | null,
): StartMessage {
  const { study, store } = run.session
  const { artifactDirectory, userDirectory } = run.inputs
  const { specification } = study
  const { number, parameters, untilStep, slot, origin = null } = trial
  const isFirst = replicate === 0
  const attempt = store.trial(study.id, number).attempts.length
  // Only code of the user has a folder of its own for each trial.
  const directory = userDirectory(number)
  const continuation =
    directory !== null && isFirst && start.resumesByItself
      ? { origin, earlier: start.inherited(store, study.id) }
      : undefined
  // One training for each fold; further replicates would predict the same rows again.
  const directoryOfFiles = replicate < specification.folds ? artifactDirectory(number) : null
  const name = isFirst ? String(attempt) : `${attempt}.${replicate + 1}`
  return {
    attemptId: ++run.counters.attemptId,
    trialNumber: number,
    parameters,
    seed: replicateSeed(replicate, trial, specification),
    goals: specification.goals,
    artifactDirectory: directoryOfFiles,
    ...defined({
      predictionDirectory: directoryOfFiles ?? undefined,
      fold: specification.folds > 1 ? replicate % specification.folds : undefined,
      measuresLatency: looksAtLatency(specification) ? (true as const) : undefined,
      userTrial:
        directory === null
          ? undefined
          : {
              directory,
              attempt: name,
              slot,
              studyName: study.name,
              ...defined({ instance: instanceOf(specification, replicate), continuation }),
            },
      checkpoints: isFirst ? run.services.checkpoints.forAttempt(number, attempt) : undefined,
      unjudged: isJudged && isFirst ? undefined : (true as const),
      isFirstOfSeveral: isFirst && trainingsOf(specification) > 1 ? (true as const) : undefined,
      from,
      untilStep,
      limitMs: limitMs ?? undefined,
    }),
  }
}
