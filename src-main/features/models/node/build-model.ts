import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import type {
  BuiltModel,
  EnsembleChoice,
  EnsembleMember,
  ModelChoice,
  ModelProgress,
} from '../../../core/models/built-model.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { defined, type JsonObject } from '../../../core/values/json.ts'
import { metricsToJson } from '../../../core/trial/metric-value.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import type { StoredModel } from '../../../core/processes/trainer-protocol.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { ensemblesOf, refitOf } from '../../../analysis/summary/ensemble.ts'
import { refitStep } from '../../../analysis/summary/replicates.ts'
import { renameOver } from '../../../platform/files/durable.ts'
import { removeEntry } from '../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../platform/files/temporary.ts'
import {
  bestStoredModel,
  storedFilesOf,
  noModel,
  singleModel,
} from '../../../trainer/models/stored-model.ts'
import {
  readModelFile,
  writeEnsembleFiles,
  writeModelFile,
} from '../../../trainer/models/model-file.ts'
import type { Executor } from '../../../running/executors/executor.ts'
import { openExecutor, type StudyToRun } from '../../../running/executors/open-executor.ts'
import { replicateSeed } from '../../../running/loop/replicates.ts'
import { chooseEnsemble } from './choose-ensemble.ts'
import { filesIn, laterFolds, type ModelFiles } from './model-files.ts'
import { trainAgain } from './train-again.ts'
import { planTraining, TrainingMeter } from './training-meter.ts'
import { waitForRoom } from './wait-for-room.ts'

export interface BuildModelOptions extends Omit<StudyToRun, 'study'> {
  readonly studyId: number
  /** Chooses an ensemble somewhere else; default: here. */
  readonly choose?: (
    snapshot: StudySnapshot,
    method: EnsembleChoice['method'],
  ) => Promise<EnsembleChoice>
  /** Before a trial is trained once more. */
  readonly onTraining?: (trial: TrialRecord) => void
  readonly onProgress?: (progress: ModelProgress) => void
  /** Ends the making; nothing of it stays. */
  readonly signal?: AbortSignal
}

/** A model of an ensemble: that of a trial, or of one of its folds. */
interface Part {
  readonly trial: TrialRecord
  readonly share: number
  readonly files: ModelFiles
  readonly fold: number
}

/**
 * Makes a model of a study ready: of one trial or of several together, as trained or trained once more on training and validation
 * rows. What is made is kept beside the files of the study, so that it is made once; its value on the test split is measured once,
 * and recorded.
 * @throws AppError `trial.notFound`; `study.noTrials` for a trial that is not complete, or where too few can predict together;
 *   `intervention.refused` for a trial that cannot be refitted; `model.failed`; `model.canceled`; what preparing data and running a
 *   study throw
 */
export async function buildModel(
  options: BuildModelOptions,
  { of, refit }: ModelChoice,
): Promise<BuiltModel> {
  const snapshot = options.store.snapshot(options.studyId)
  if (of === 'best' && !refit) return bestStoredModel(snapshot)
  const workshop = new Workshop(options, snapshot)
  try {
    if (typeof of === 'string' && of !== 'best') return await workshop.ensemble(of, refit)
    const number = of === 'best' ? bestStoredModel(snapshot).members[0]?.trial.number : of
    return await workshop.single(number ?? 0, refit)
  } catch (error) {
    if (options.signal?.aborted !== true) throw error
    await workshop.close()
    await workshop.clear()
    throw new AppError('model.canceled', { study: snapshot.study.name }, error)
  } finally {
    await workshop.close()
  }
}

class Workshop {
  readonly #options: BuildModelOptions
  readonly #snapshot: StudySnapshot
  readonly #meter: TrainingMeter
  /** Folders that came with this making. */
  readonly #made: string[] = []
  #executor: Promise<Executor> | null = null
  #attempts = 0

  constructor(options: BuildModelOptions, snapshot: StudySnapshot) {
    this.#options = options
    this.#snapshot = snapshot
    this.#meter = new TrainingMeter(options.now, options.onProgress)
    options.signal?.addEventListener('abort', this.#end)
  }

  readonly #end = (): void => void this.close()

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#end)
    // One that could not be opened has told so already.
    await (await this.#executor?.catch(() => null))?.close()
  }

  /** Removes what was made. */
  async clear(): Promise<void> {
    await Promise.all(this.#made.map(folder => removeEntry(folder).catch(() => undefined)))
  }

  async single(number: number, refit: boolean): Promise<BuiltModel> {
    const trial = this.#complete(number)
    this.#plan([trial], refit, 1)
    const [files] = await this.#files(trial, refit, 1)
    const model = singleModel(this.#snapshot, trial, files)
    if (!refit) return model
    const storedTest = refitOf(this.#snapshot.events, number)
    if (storedTest !== null) return { ...model, refit, test: storedTest }
    const test = await this.#test([stored(trial, files, true)])
    const step = refitStep(this.#snapshot.events, trial)
    this.#record('model.refitted', number, { step, metrics: metricsToJson(test) })
    return { ...model, refit, test }
  }

  async ensemble(method: EnsembleChoice['method'], refit: boolean): Promise<BuiltModel> {
    const choose = this.#options.choose ?? chooseEnsemble
    const choice = await choose(this.#snapshot, method)
    const chosen = choice.members.map(({ trialNumber, share }) => ({
      trial: this.#complete(trialNumber),
      share,
    }))
    // Every row that is not tested has been seen by all models of a member but one.
    const folds = refit ? 1 : this.#snapshot.study.specification.folds
    this.#plan(
      chosen.map(({ trial }) => trial),
      refit,
      folds,
    )
    const parts: Part[] = []
    for (const { trial, share } of chosen) {
      for (const [fold, files] of (await this.#files(trial, refit, folds)).entries()) {
        parts.push({ trial, share: share / folds, files, fold })
      }
    }
    const [only] = parts
    const files =
      parts.length === 1 && only !== undefined ? only.files : await this.#together(parts, refit)
    const model = { ...files, members: chosen, refit, ensemble: choice }
    const storedEnsemble = ensemblesOf(this.#snapshot.events).findLast(
      each => each.refit === refit && each.folds === folds && isSame(each.members, choice.members),
    )
    if (storedEnsemble !== undefined) return { ...model, test: testOnly(storedEnsemble.metrics) }
    const test = await this.#test(
      parts.map(part => stored(part.trial, part.files, refit, part.fold)),
      parts.map(({ share }) => share),
    )
    this.#record('ensemble.tested', null, {
      trials: chosen.map(({ trial }) => trial.number),
      shares: chosen.map(({ share }) => share),
      method,
      refit,
      folds,
      metrics: metricsToJson({ ...choice.metrics, ...test }),
    })
    return { ...model, test }
  }

  #complete(number: number): TrialRecord {
    const { trials, study } = this.#snapshot
    const trial = trials.find(each => each.number === number)
    if (trial === undefined) throw new AppError('trial.notFound', { study: study.name, number })
    if (trial.state === 'complete' && trial.bestStep !== null) return trial
    throw noModel(this.#snapshot, msg('rule.trials.notComplete', { number }))
  }

  /** Kept ones, or those of a training that repeats the trial: one for each fold that is wanted. */
  async #files(
    trial: TrialRecord,
    refit: boolean,
    folds: number,
  ): Promise<readonly [ModelFiles, ...ModelFiles[]]> {
    const storedFiles = refit ? null : this.#storedFiles(trial, folds)
    if (storedFiles !== null) return storedFiles
    const folder = await this.#madeOnce(this.#nameOf(trial, refit), async made => {
      if (refit) this.#requireRefit(trial)
      this.#options.onTraining?.(trial)
      this.#meter.next()
      await (refit ? this.#refit(trial, filesIn(made)) : this.#trainAgain(trial, made))
    })
    const others = laterFolds(folds).map(fold => filesIn(folder, fold))
    return [filesIn(folder), ...others]
  }

  /** Null unless all of them are. */
  #storedFiles(
    { number }: TrialRecord,
    folds: number,
  ): readonly [ModelFiles, ...ModelFiles[]] | null {
    const first = storedFilesOf(this.#snapshot, number)
    const others = laterFolds(folds).flatMap(
      fold => storedFilesOf(this.#snapshot, number, fold) ?? [],
    )
    return first === null || others.length < folds - 1 ? null : [first, ...others]
  }

  /** A training that repeats a trial repeats all of its folds. */
  #nameOf({ number }: TrialRecord, refit: boolean): string {
    const { folds } = this.#snapshot.study.specification
    return `${number}${refit ? '-refit' : folds > 1 ? '-folds' : ''}`
  }

  #plan(trials: readonly TrialRecord[], refit: boolean, folds: number): void {
    const missing = trials.filter(
      trial =>
        (refit || this.#storedFiles(trial, folds) === null) &&
        !existsSync(this.#folderOf(this.#nameOf(trial, refit))),
    )
    this.#meter.plan(
      missing.map(trial =>
        planTraining(trial, refit ? refitStep(this.#snapshot.events, trial) : null),
      ),
    )
  }

  #folderOf(name: string): string {
    const { workspace, studyId } = this.#options
    return path.join(workspace.artifactDirectory(studyId), 'models', name)
  }

  /** The folder of this name, filled by `make` if it is not there. */
  async #madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
    const folder = this.#folderOf(name)
    if (!existsSync(folder)) {
      this.#options.signal?.throwIfAborted()
      removePartsOf(folder)
      const temporary = temporaryBeside(folder)
      try {
        await mkdir(temporary, { recursive: true })
        await make(temporary)
        await renameOver(temporary, folder).then(
          () => this.#made.push(folder),
          (error: unknown) => {
            // Another request has made the same meanwhile.
            if (!existsSync(folder)) throw error
          },
        )
      } finally {
        await removeEntry(temporary).catch(() => undefined)
      }
    }
    return folder
  }

  async #trainAgain(trial: TrialRecord, folder: string): Promise<void> {
    const { store, workspace, now, signal, trainers } = this.#options
    const { study } = this.#snapshot
    const onStep = (number: number, step: number): void => {
      if (number === trial.number) this.#meter.step(step)
    }
    await trainAgain(
      { reader: store, study, trial, workspace, now, onStep, ...defined({ signal, trainers }) },
      async (_, artifacts) => {
        for (const fold of [0, ...laterFolds(study.specification.folds)]) {
          const files = storedFilesOf({ artifacts }, trial.number, fold)
          if (files === null)
            throw noModel(this.#snapshot, msg('rule.trials.noFiles', { number: trial.number }))
          const { modelPath, weightsPath } = filesIn(folder, fold)
          await copyFile(files.modelPath, modelPath)
          await copyFile(files.weightsPath, weightsPath)
        }
      },
    )
  }

  /** On training and validation rows, up to the step that validation chose; nothing ends it earlier. */
  async #refit(trial: TrialRecord, { modelPath, weightsPath }: ModelFiles): Promise<void> {
    const executor = await this.#open()
    const { specification, name: study } = this.#snapshot.study
    const directory = path.dirname(modelPath)
    const untilStep = refitStep(this.#snapshot.events, trial)
    const { outcome } = executor.start(
      {
        attemptId: ++this.#attempts,
        trialNumber: trial.number,
        parameters: withoutPatience(trial),
        seed: replicateSeed(0, trial, specification),
        goals: specification.goals,
        artifactDirectory: path.join(directory, 'training'),
        unjudged: true,
        refit: true,
        ...(untilStep === null ? {} : { untilStep }),
      },
      {
        started: () => undefined,
        metrics: columns => this.#meter.step(columns.steps.at(-1) ?? 0),
        judge: () => Promise.resolve('continue'),
      },
    )
    const end = await outcome
    if (end.state !== 'complete') {
      const reason = end.state === 'failed' ? end.failure.reason : msg('ending.canceled')
      throw new AppError('model.failed', { study, number: trial.number, reason })
    }
    const pathOf = (kind: string): string =>
      end.artifacts.find(file => file.kind === kind)?.path ?? ''
    // Its validation rows have been seen, so what it says of them is no measure of it.
    const { confusion: _, ...model } = await readModelFile(pathOf('model'))
    await writeModelFile(modelPath, model)
    await renameOver(pathOf('weights.last'), weightsPath)
    await removeEntry(path.join(directory, 'training'))
  }

  #requireRefit({ origin }: TrialRecord): void {
    const { name: study, specification } = this.#snapshot.study
    const rule =
      origin !== undefined
        ? msg('rule.refit.origin', { trial: origin.trial })
        : 'hypergradients' in specification.objective
          ? msg('rule.refit.hypergradients')
          : null
    if (rule !== null) throw new AppError('intervention.refused', { study, rule })
  }

  async #together(parts: readonly Part[], refit: boolean): Promise<ModelFiles> {
    const members = parts.map(({ trial, share, files }) => ({
      ...files,
      trial: trial.number,
      share,
    }))
    const shares = members.map(({ trial: trialNumber, share }) => ({ trialNumber, share }))
    const key = createHash('sha256')
      .update(JSON.stringify([shares, refit]))
      .digest('hex')
    const name = `ensemble-${key.slice(0, 16)}`
    const write = async (folder: string) => writeEnsembleFiles(filesIn(folder), members)
    return filesIn(await this.#madeOnce(name, write))
  }

  async #test(
    models: readonly StoredModel[],
    shares?: readonly number[],
  ): Promise<Readonly<Record<string, number>>> {
    this.#meter.measuring()
    const executor = await this.#open()
    const result = await executor.test({
      attemptId: ++this.#attempts,
      models,
      ...(shares === undefined ? {} : { shares }),
    })
    if (!result.ok) {
      const { study } = this.#snapshot
      const number = this.#snapshot.trials[0]?.number ?? 0
      throw new AppError('model.failed', {
        study: study.name,
        number,
        reason: result.failure.reason,
      })
    }
    return testOnly(result.metrics)
  }

  async #open(): Promise<Executor> {
    const { signal, ...options } = this.#options
    const { study } = this.#snapshot
    this.#executor ??= openExecutor({ ...options, study }, null).then(({ executor }) => executor)
    const executor = await this.#executor
    await waitForRoom(executor, signal)
    return executor
  }

  #record(
    kind: 'model.refitted' | 'ensemble.tested',
    trialNumber: number | null,
    detail: JsonObject,
  ): void {
    const { store, studyId, now } = this.#options
    store.recordEvent(studyId, { kind, trialNumber, detail, atMs: now() })
  }
}

/** The rows that patience looks at are trained on. */
function withoutPatience({ parameters }: TrialRecord): TrialRecord['parameters'] {
  return Object.hasOwn(parameters, 'patience') ? { ...parameters, patience: 0 } : parameters
}

function stored(
  { parameters, seed }: TrialRecord,
  { weightsPath }: ModelFiles,
  refit: boolean,
  fold = 0,
): StoredModel {
  return { parameters, seed, weightsPath, ...(refit ? { refit } : fold > 0 ? { fold } : {}) }
}

/** Validation rows may have been seen. */
function testOnly(metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => name.startsWith('test')))
}

function isSame(a: readonly EnsembleMember[], b: readonly EnsembleMember[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ trialNumber, share }, index) =>
        trialNumber === b[index]?.trialNumber && share === b[index]?.share,
    )
  )
}
