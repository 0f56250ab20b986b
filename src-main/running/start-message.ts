import { constraintMetric } from '../core/study/constraints.ts'
import { latencyMetrics } from '../core/trial/cost-metrics.ts'
import { instanceOf } from '../core/study/trainings.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { defined } from '../core/values/json.ts'
import type { StartingPoint, StartMessage } from '../core/processes/trainer-protocol.ts'
import type { AttemptStart } from './next-trial.ts'
import type { TrialEnvironment, TrialToRun } from './trial-environment.ts'
import { replicateSeed } from './trial-results.ts'

function looksAtLatency({ goals, constraints }: StudySpecification): boolean {
  const names = [...goals.map(({ metric }) => metric), ...constraints.map(constraintMetric)]
  return latencyMetrics.some(metric => names.includes(metric))
}

/** What a trainer is told of one training of an attempt. */
export function startMessage(
  environment: TrialEnvironment,
  trial: TrialToRun,
  {
    replicate,
    from,
    attemptStart,
    isJudged,
    limitMs,
  }: {
    /** Which of the trainings of this attempt, from 0. */
    readonly replicate: number
    readonly from: StartingPoint | undefined
    readonly attemptStart: AttemptStart
    readonly isJudged: boolean
    /** The time that the training may take; null: as long as it takes. */
    readonly limitMs: number | null
  },
): StartMessage {
  const { study, store, checkpoints, artifactDirectory, userDirectory } = environment
  const { specification } = study
  const { number, parameters, untilStep, slot, origin = null } = trial
  const isFirst = replicate === 0
  const attempt = store.trial(study.id, number).attempts.length
  // Only code of the user has a folder of its own for each trial.
  const directory = userDirectory(number)
  const continuation =
    directory !== null && isFirst && attemptStart.isOwn
      ? { origin, earlier: attemptStart.inherited(store, study.id) }
      : undefined
  // One training for each fold; further replicates would predict the same rows again.
  const directoryOfFiles = replicate < specification.folds ? artifactDirectory(number) : null
  const name = isFirst ? String(attempt) : `${attempt}.${replicate + 1}`
  return {
    attemptId: environment.nextAttemptId(),
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
      checkpoints: isFirst ? checkpoints.forAttempt(number, attempt) : undefined,
      unjudged: isJudged && isFirst ? undefined : (true as const),
      from,
      untilStep,
      limitMs: limitMs ?? undefined,
    }),
  }
}
