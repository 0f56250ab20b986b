import { AppError } from '../contract/errors.ts'
import { problemValue } from '../contract/problem.ts'
import type { StartMessage, UserTrial } from '../contract/trainer-protocol.ts'
import type { ObjectiveHost, ObjectiveResult } from '../training/objectives/objective-host.ts'
import { attemptFiles, prepareAttempt } from '../user-code/attempt-files.ts'
import { AttemptLog } from '../user-code/attempt-log.ts'
import { captureOutput } from '../user-code/capture-output.ts'
import { readModuleState, writeModuleState } from '../user-code/module-state.ts'
import { ReportTrack } from '../user-code/report-track.ts'
import type { UserModule } from '../user-code/user-module.ts'

export interface ModuleRunOptions {
  readonly train: NonNullable<UserModule['train']>
  readonly value: 'best' | 'last'
  readonly start: StartMessage
  readonly trial: UserTrial
  readonly host: ObjectiveHost
}

/**
 * One attempt of a module: its `train` gets the trial, reports through it and may return final metrics.
 * @throws what `train` throws; AppError `training.invalid`
 */
export async function runModule(options: ModuleRunOptions): Promise<ObjectiveResult> {
  const { train, start, trial, host } = options
  const files = attemptFiles(trial.directory, trial.attempt)
  prepareAttempt(files, start.parameters)
  const track = new ReportTrack(start.goals, options.value)
  const ending = new AbortController()
  const take = async (step: number | null, metrics: Readonly<Record<string, number>>) => {
    const fresh = ending.signal.aborted ? null : track.take({ step, metrics })
    if (fresh !== null && (await host.report(fresh.step, fresh.metrics)) === 'stop') ending.abort()
  }
  host.steered?.(what => {
    if (what === 'cancel') ending.abort()
  })
  const log = new AttemptLog(files.trialDirectory, trial.attempt)
  const release = captureOutput(log)
  try {
    const result = await train({
      parameters: start.parameters,
      number: start.trialNumber,
      attempt: trial.attempt,
      slot: trial.slot,
      study: trial.studyName,
      seed: start.seed,
      signal: ending.signal,
      report: async (step: unknown, metrics: unknown) => take(stepOf(step), metricsOf(metrics)),
      shouldPrune: () => ending.signal.aborted,
      rest: async () => {
        if ((await host.checkpoint()) === 'stop') ending.abort()
      },
      checkpoint: {
        directory: files.checkpoints,
        save: (state: unknown) => writeModuleState(files.checkpoints, state),
        load: () => readModuleState(files.checkpoints),
      },
    })
    if (result !== undefined && result !== null) await take(null, metricsOf(result))
  } finally {
    release()
    log.close()
  }
  return { finished: !ending.signal.aborted, best: track.best, last: track.last }
}

function stepOf(step: unknown): number {
  if (typeof step === 'number') return step
  const rule = 'must be a whole number'
  throw new AppError('training.invalid', { field: 'step', value: problemValue(step), rule })
}

function metricsOf(metrics: unknown): Record<string, number> {
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) {
    const rule = 'must be an object of numbers'
    throw new AppError('training.invalid', { field: 'metrics', value: problemValue(metrics), rule })
  }
  for (const [field, value] of Object.entries(metrics)) {
    if (typeof value === 'number') continue
    const rule = 'must be a number'
    throw new AppError('training.invalid', { field, value: problemValue(value), rule })
  }
  return { ...metrics }
}
