import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { classifyFailure } from '../../../../../core/errors/classify-failure.ts'
import { defined } from '../../../../../core/values/json.ts'
import { AppError, reasonOf } from '../../../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../../../core/errors/message.ts'
import { jobQueue } from '../../common/definition.ts'
import { MAX_STACK, type QueuedTrial } from '../../common/protocol.ts'
import type {
  AttemptOutcome,
  StartMessage,
} from '../../../../../core/processes/trainer-protocol.ts'
import {
  commandObjectiveSchema,
  moduleObjectiveSchema,
} from '../../../../../core/study/user-code.ts'
import {
  isUserCode,
  type StudySpecification,
} from '../../../../../core/study/study-specification.ts'
import { dataFilesOf, prepareDataset } from '../../../../../datasets/ingest-client.ts'
import { preparedHash } from '../../../../../datasets/prepared-hash.ts'
import { filesBelow } from '../../../../../platform/files/files-below.ts'
import { isBelow } from '../../../../../platform/files/own-path.ts'
import { inTemporaryFolder } from '../../../../../platform/files/temporary.ts'
import type { AttemptListener, RunningAttempt } from '../../../executor.ts'
import { LocalExecutor } from '../../../local/node/local-executor.ts'
import { cancelGraceMs, processesOf } from '../../../local/node/open.ts'
import { isReturned, filesTooLarge, MAX_FILES_BYTES } from '../returned-files.ts'
import { codeHash, portableCode } from '../../../portable-code.ts'
import { describeCode } from '../../../../../platform/user-code/describe-code.ts'
import { requireTrustedCode } from '../../../../trusted-code.ts'
import type { HeldAttempt, JobLease } from './job-lease.ts'
import { isCommand } from '../../../../../core/objectives/command/command.ts'

/** Of a file, in one message. */
const PIECE_BYTES = 256 * 1024
/** Whoever has the key may name an attempt; the name is part of paths here. */
const attemptName = z.string().regex(/^\d{1,9}(\.\d{1,9})?$/)
/** Studies whose processes are kept for their next trials. */
const MAX_EXECUTORS = 4

const objectiveSchema = z.union([
  commandObjectiveSchema.refine(({ resumes, serves }) => !resumes && !serves),
  moduleObjectiveSchema.refine(({ resumes }) => !resumes),
  z.looseObject({ function: z.string().min(1) }),
  z.looseObject({ task: z.string().min(1) }),
])
type Objective = StudySpecification['objective']

interface CachedExecutor {
  readonly executor: LocalExecutor
  running: number
}

export interface TrialRunnerOptions {
  /** Where this machine has the code of studies. */
  readonly directory: string
  readonly trustFile: string
  /** For its own copy of data. */
  readonly datasetCacheDirectory: string
  readonly onRefusal: (reason: MessageDescriptor) => void
}

/** Runs what a worker was given, with this machine's own code, where this machine trusts it. */
export class TrialRunner {
  readonly #options: TrialRunnerOptions
  readonly #executors = new Map<string, CachedExecutor>()

  constructor(options: TrialRunnerOptions) {
    this.#options = options
  }

  /** Never throws: how it ended is said to the study. */
  begin(work: QueuedTrial, lease: JobLease): HeldAttempt {
    let attempt: RunningAttempt | null = null
    let request: 'cancel' | 'abort' | null = null
    let judges = false
    const abort = (running: RunningAttempt): void => {
      running.abort({ class: 'killed', reason: msg('failure.canceled') })
    }
    void this.#run(work, lease, running => {
      attempt = running
      if (running === null) return
      if (judges) running.judge?.()
      if (request === 'cancel') running.cancel()
      if (request === 'abort') abort(running)
    })
    return {
      judge: () => {
        judges = true
        attempt?.judge?.()
      },
      cancel: () => {
        request ??= 'cancel'
        attempt?.cancel()
      },
      abort: () => {
        request = 'abort'
        if (attempt !== null) abort(attempt)
      },
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#executors.values()].map(async ({ executor }) => executor.close()))
  }

  async #run(
    work: QueuedTrial,
    lease: JobLease,
    /** @param attempt null: it has ended */
    onAttempt: (attempt: RunningAttempt | null) => void,
  ): Promise<void> {
    try {
      const entry = await this.#executorFor(work)
      entry.running++
      try {
        await inTemporaryFolder('worker', async directory => {
          const start = localStart(work.start, directory)
          const listener = listenerOf(lease)
          const attempt = entry.executor.start(start, listener)
          onAttempt(attempt)
          const outcome = await attempt.outcome
          onAttempt(null)
          this.#sendState(lease, await withFiles(lease, outcome, directory, start), directory)
        })
      } finally {
        entry.running--
      }
    } catch (error) {
      this.#refuse(lease, reasonOf(error))
    }
  }

  #refuse(lease: JobLease, reason: MessageDescriptor): void {
    this.#options.onRefusal(reason)
    lease.report({ kind: 'refused', reason })
  }

  /** What would end or pause the study is this machine's own fault here: another one may do better. */
  #sendState(lease: JobLease, outcome: AttemptOutcome, directory: string): void {
    if (outcome.state === 'suspended') return
    if (outcome.state === 'complete') {
      const { values, bestStep } = outcome
      const artifacts = outcome.artifacts.map(artifact => {
        return { ...artifact, path: path.relative(directory, artifact.path) }
      })
      lease.report({
        kind: 'ended',
        outcome: { state: 'complete', values: [...values], bestStep, artifacts },
      })
    } else if (outcome.state !== 'failed') {
      lease.report({ kind: 'ended', outcome: { state: outcome.state } })
    } else {
      const { class: kind, reason: reason, stack, endsStudy, pausesStudy } = outcome.failure
      if (endsStudy === true || pausesStudy === true) {
        this.#refuse(lease, reason)
        return
      }
      const stackPart = stack === undefined ? {} : { stack: stack.slice(0, MAX_STACK) }
      const failure = { class: kind, reason: reason, ...stackPart }
      lease.report({ kind: 'ended', outcome: { state: 'failed', failure } })
    }
  }

  /**
   * @throws AppError `training.invalid` for what workers do not run, `userCode.untrusted`, `userCode.other`, `file.notFound`, `data.other`; as
   *   preparing data does
   */
  async #executorFor(work: QueuedTrial): Promise<CachedExecutor> {
    const parsed = objectiveSchema.safeParse(work.objective)
    if (!parsed.success) {
      const rule = msg('rule.executorObjective', { names: [...jobQueue.supports] })
      throw new AppError('training.invalid', { field: 'objective', value: '', rule })
    }
    const objective = parsed.data
    const { directory, trustFile } = this.#options
    // Each time anew: trust may have been taken back, and files may have changed.
    const userCode = await requireTrustedCode({ objective }, directory, trustFile)
    if (userCode !== null) await this.#requireSame(objective, work.code)
    const { engine, seed, folds, boostsTrees, data } = work
    const settings = [objective, seed, engine, folds, boostsTrees, data]
    const key = JSON.stringify([...settings, userCode?.fingerprint ?? null])
    const datasetDirectory = this.#executors.has(key) ? null : await this.#data(work, objective)
    const cachedEntry = this.#executors.get(key)
    this.#executors.delete(key)
    const entry = cachedEntry ?? {
      running: 0,
      executor: new LocalExecutor({
        prepare: {
          objective,
          engine,
          datasetDirectory,
          seed,
          ...defined({ folds, boostsTrees }),
          ...(userCode === null ? {} : { userCode }),
        },
        processes: processesOf(objective),
        ...(isCommand(objective) ? { cancelGraceMs: cancelGraceMs(objective) } : {}),
      }),
    }
    this.#executors.set(key, entry)
    for (const [old, { executor, running }] of this.#executors) {
      if (this.#executors.size <= MAX_EXECUTORS) break
      if (running > 0 || old === key) continue
      this.#executors.delete(old)
      void executor.close()
    }
    return entry
  }

  /** This machine's own copy of the data: no other content, and nothing that lies elsewhere than the code. */
  async #data({ data, seed }: QueuedTrial, objective: Objective): Promise<string | null> {
    if (data === null) return null
    const { directory, datasetCacheDirectory: cacheDirectory } = this.#options
    for (const file of dataFilesOf(objective, directory)) {
      if (isBelow(directory, file)) continue
      const rule = msg('rule.belowStudy', { folder: directory })
      throw new AppError('data.invalid', { path: file, field: 'objective.data', value: file, rule })
    }
    const request = { objective, studyDirectory: directory, cacheDirectory, seed }
    const dataset = await prepareDataset(request)
    if (dataset !== null && preparedHash(dataset.manifest) === data) return dataset.directory
    throw new AppError('data.other', { path: directory })
  }

  /** @throws AppError `userCode.other` */
  async #requireSame(objective: Objective, wanted: string | null): Promise<void> {
    if (!isUserCode(objective)) return
    const { directory } = this.#options
    const code = await describeCode(objective, directory)
    if (codeHash(portableCode(code, directory)) === wanted) return
    throw new AppError('userCode.other', { path: code.directory })
  }
}

/** @throws AppError `protocol.invalid` */
function localStart(start: StartMessage, directory: string): StartMessage {
  const {
    userTrial,
    checkpoints: _checkpoints,
    from: _from,
    predictionDirectory,
    artifactDirectory,
    ...others
  } = start
  if (userTrial === undefined) {
    return {
      ...others,
      artifactDirectory: artifactDirectory === null ? null : directory,
      ...(predictionDirectory === undefined ? {} : { predictionDirectory: directory }),
    }
  }
  const { attempt } = userTrial
  if (!attemptName.safeParse(attempt).success) {
    const [field, value] = ['userTrial.attempt', JSON.stringify(attempt)]
    const rule = msg('rule.whole')
    throw new AppError('protocol.invalid', { from: 'study', field, value, rule })
  }
  return { ...others, artifactDirectory: null, userTrial: { ...userTrial, directory } }
}

function listenerOf(lease: JobLease): AttemptListener {
  return {
    started: engine => lease.report({ kind: 'started', engine }),
    code: ({ fingerprint: _ofThisMachine, ...code }) => lease.report({ kind: 'code', ...code }),
    metrics: ({ names, steps, values }) => {
      const rows = Math.max(1, Math.floor(PIECE_BYTES / (8 * names.length)))
      for (let at = 0; at < steps.length; at += rows) {
        const part = { names: [...names], steps: steps.slice(at, at + rows) }
        const [from, to] = [at * names.length, (at + rows) * names.length]
        lease.report({ kind: 'metrics', ...part, values: values.slice(from, to) })
      }
    },
    judge: async (step, value) => lease.ask(step, value),
  }
}

/** Says the files of the trial, and how it ended; too many of them are a failure. */
async function withFiles(
  lease: JobLease,
  outcome: AttemptOutcome,
  directory: string,
  { userTrial }: StartMessage,
): Promise<AttemptOutcome> {
  try {
    const files = (await filesBelow(directory))
      .map(file => ({ file, name: path.relative(directory, file).split(path.sep).join('/') }))
      .filter(({ name }) => isReturned(name, userTrial?.attempt ?? null))
    let bytes = 0
    for (const { file, name } of files) {
      // Before it is read.
      bytes += statSync(file).size
      if (bytes > MAX_FILES_BYTES) throw filesTooLarge(directory, bytes)
      const content = readFileSync(file)
      for (let offset = 0; offset === 0 || offset < content.length; offset += PIECE_BYTES) {
        const piece = Uint8Array.from(content.subarray(offset, offset + PIECE_BYTES))
        lease.report({ kind: 'file', name, offset, content: piece })
      }
    }
    return outcome
  } catch (error) {
    return { state: 'failed', failure: classifyFailure(error) }
  }
}
