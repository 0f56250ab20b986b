import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { classifyFailure } from '../../../../core/errors/classify-failure.ts'
import { AppError, isAppError } from '../../../../core/errors/errors.ts'
import type { Machine } from '../../../../core/machine/machines.ts'
import { anyVendorVariables } from '../../../../core/machine/gpus.ts'
import type {
  AttemptOutcome,
  StartMessage,
  TestMessage,
  TestResult,
  TrustedCode,
  UserTrial,
} from '../../../../core/processes/trainer-protocol.ts'
import { LOCAL_MACHINE } from '../../../../core/trial/trial.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { CommandObjective } from '../../../../core/study/user-code.ts'
import {
  type AttemptFiles,
  attemptFiles,
  attemptTexts,
  prepareAttempt,
} from '../../../../platform/user-code/attempt-files.ts'
import { AttemptState } from '../../../../platform/user-code/attempt-state.ts'
import { fillCommand } from '../../../../platform/user-code/command-environment.ts'
import { killLeftOver } from '../../../../platform/user-code/kill-left-over.ts'
import { requireTrusted, userTrialOf } from '../../../../platform/user-code/require-trusted.ts'
import { type DetachedAttempt, DetachedAttempts, type Request } from '../../detached-attempt.ts'
import type { AttemptListener, Executor, RunningAttempt } from '../../executor.ts'
import { RequeueLimit } from '../../requeue-limit.ts'
import type { SshOptions } from '../common/definition.ts'
import { DiscardedJobs } from './discarded-jobs.ts'
import { type MachineSlot, MachineSlots } from './machine-slots.ts'
import { uploadCode } from './upload-code.ts'
import { uploadState, requireCheckpoint } from './upload-start.ts'
import { beginScript, remoteFolders, type RemoteRecord, remoteJobRecords } from './remote-job.ts'
import { RemoteMachine } from './remote-machine.ts'
import { SshAttempt } from './ssh-attempt.ts'
import { type UploadedRun, RemoteTrainer } from './remote-trainer.ts'
import { type MixedLocal, LocalTrials } from './local-trials.ts'

/** What runs on the machine: a program of the user, or a trainer. */
type RemoteRun =
  { readonly objective: CommandObjective; readonly userCode: TrustedCode } | RemoteTrainer

export interface SshExecutorOptions {
  readonly runs: RemoteRun
  readonly options: SshOptions
  readonly gpusPerTrial?: number | undefined
  /** Those that the settings name. */
  readonly machines: readonly Machine[]
  /** On this computer: tests winners, and runs trials if the study wants some here. */
  readonly local: Executor
  readonly mixed: MixedLocal | null
  /** Outlives a session; all studies of a database share it. */
  readonly discardedJobsFile: string
}

/** A trial that wants a job. */
interface Wanted {
  readonly start: StartMessage
  readonly trial: UserTrial
  readonly state: AttemptState | null
  readonly requested: () => Request | null
}

interface LocalJob {
  readonly slot: number
}

interface Job {
  /** Of its trial, here. */
  readonly trialDirectory: string
  readonly record: RemoteRecord
  readonly machine: RemoteMachine
  readonly workspace: string
}

/**
 * Runs trials on other machines over SSH, and on this computer beside them. Jobs live on without us and without their connection: what was cut off is
 * asked again, what a killed or stopped session leaves is adopted by the next one. A job is begun once; only after its machine was
 * declared lost its trial begins somewhere else, and then nobody listens to the first job any more.
 */
export class SshExecutor implements Executor {
  readonly #options: SshExecutorOptions
  readonly #machines: ReadonlyMap<string, RemoteMachine>
  readonly #slots: MachineSlots
  readonly #localTrials: LocalTrials | null
  readonly #discarded: DiscardedJobs
  readonly #running = new DetachedAttempts()
  /** Jobs whose end was told; the store knows it when their slot takes the next trial. */
  readonly #reported = new Map<number, Job>()
  readonly #reportedNames = new Set<string>()
  readonly #requeueLimit = new RequeueLimit()

  constructor(options: SshExecutorOptions) {
    const { options: settings, machines, discardedJobsFile, gpusPerTrial, mixed, local } = options
    this.#options = options
    this.#discarded = new DiscardedJobs(discardedJobsFile)
    this.#localTrials = mixed && new LocalTrials(mixed, local, () => this.#slots.wake())
    this.#slots = new MachineSlots({ options: settings, gpusPerTrial, local: this.#localTrials })
    const patienceMs = settings.lostAfterSeconds * 1_000
    this.#machines = new Map(
      machines.map(settings => [
        settings.name,
        new RemoteMachine(settings, patienceMs, this.#discarded),
      ]),
    )
    for (const [name, machine] of this.#machines) {
      if (this.#discarded.of(name).length > 0) void machine.sweep()
    }
  }

  start(start: StartMessage, listener: AttemptListener): RunningAttempt {
    return this.#running.begin(async attempt => {
      try {
        return await this.#run(start, listener, attempt)
      } catch (error) {
        const machine = isAppError(error, 'machine.lost') ? error.detail.machine : null
        // One that was lost before the job had begun.
        if (machine !== null && attempt.asked === null) listener.assigned?.(machine)
        const failed = { state: 'failed', failure: classifyFailure(error) } as const
        return this.#judged(failed, start.trialNumber, machine)
      }
    })
  }

  async test(request: TestMessage): Promise<TestResult> {
    return this.#options.local.test(request)
  }

  /** Jobs that still run are left to the next session. */
  async close(): Promise<void> {
    this.#running.leave()
    await this.#options.local.close()
    for (const slot of this.#reported.keys()) this.#forgetReported(slot)
    await Promise.all([...this.#machines.values()].map(async machine => machine.finish()))
  }

  async #run(
    start: StartMessage,
    listener: AttemptListener,
    attempt: DetachedAttempt,
  ): Promise<AttemptOutcome | null> {
    const trial = userTrialOf(start)
    this.#forgetReported(trial.slot)
    const state = AttemptState.of(attemptFiles(trial.directory, trial.attempt), start)
    try {
      // It may have run here before, and what it left would write into the folder that travels.
      if (this.#localTrials !== null) killLeftOver(trial.directory)
      if (state === null) await (start.from && requireCheckpoint(start.from))
      await state?.enter()
    } catch (error) {
      return { state: 'failed', failure: { ...classifyFailure(error), lostCheckpoint: true } }
    }
    for (;;) {
      const outcome = await this.#runOnce(start, listener, attempt, state)
      if (outcome !== 'nothingToDo') return outcome
      // Its end was lost with its machine, so it says it again.
      await state?.begin()
    }
  }

  async #runOnce(
    start: StartMessage,
    listener: AttemptListener,
    attempt: DetachedAttempt,
    state: AttemptState | null,
  ): Promise<AttemptOutcome | 'nothingToDo' | null> {
    const trial = userTrialOf(start)
    const job = await this.#obtain({ start, trial, state, requested: () => attempt.asked })
    if (job === null) return { state: 'canceled' }
    if ('slot' in job) return this.#runLocally(job, start, listener, attempt)
    const { record, machine, workspace } = job
    const { runs } = this.#options
    try {
      // Nobody listens to one that was aborted: its trial may have ended, or begun again.
      if (attempt.asked !== 'abort') {
        listener.assigned?.(machine.name)
        listener.started(null, undefined)
        const code = runs instanceof RemoteTrainer ? null : runs.userCode
        if (code !== null) listener.code?.({ fingerprint: code.fingerprint, copied: true })
        listener.taken?.()
      }
      const followed = new SshAttempt({
        objective: runs.objective,
        start,
        trialDirectory: trial.directory,
        attempt: trial.attempt,
        record,
        machine,
        workspace,
        listener,
        trainer: runs instanceof RemoteTrainer ? runs : null,
        state,
      })
      const result = await attempt.follow(followed)
      if (result === null) return null
      if (followed.hadNothingToDo) {
        machine.discard(record.name)
        return 'nothingToDo'
      }
      if (result.state === 'failed' && followed.waits(result.failure)) return result
      this.#reportedNames.add(record.name)
      this.#reported.set(trial.slot, job)
      return this.#judged(result, start.trialNumber, machine.name)
    } finally {
      this.#slots.release({ host: record.machine, slot: record.slot })
    }
  }

  async #runLocally(
    { slot }: LocalJob,
    start: StartMessage,
    listener: AttemptListener,
    attempt: DetachedAttempt,
  ): Promise<AttemptOutcome | null> {
    try {
      return await attempt.follow((this.#localTrials as LocalTrials).begin(start, listener, slot))
    } finally {
      this.#slots.release({ host: LOCAL_MACHINE, slot })
    }
  }

  /** A trial goes back once more where its machine is to blame, and the machine rests. */
  #judged(outcome: AttemptOutcome, trial: number, machine: string | null): AttemptOutcome {
    if (outcome.state !== 'failed' || outcome.failure.requeued !== true) return outcome
    const { reason } = outcome.failure
    if (machine !== null) {
      this.#slots.rest(machine, new AppError('machine.unreachable', { machine, reason }))
    }
    return this.#requeueLimit.judged(outcome, trial)
  }

  /** The slot takes another trial, so the end of its last one is in the store. */
  #forgetReported(slot: number): void {
    const job = this.#reported.get(slot)
    if (job === undefined) return
    this.#reported.delete(slot)
    const { trialDirectory, record, machine } = job
    machine.discard(record.name)
    // Its trial may have begun again in another slot.
    if (remoteJobRecords.read(trialDirectory)?.name === record.name) {
      remoteJobRecords.forget(trialDirectory)
    }
  }

  /** The job that an earlier session left, or a new one; null when it is wanted no more. */
  async #obtain(wanted: Wanted): Promise<Job | LocalJob | null> {
    const { trial, requested } = wanted
    const left = this.#orphaned(trial)
    if (left !== null) {
      const { record, machine } = left
      this.#slots.hold(record.machine, record.slot)
      try {
        const same = { ...wanted, trial: { ...trial, attempt: record.attempt } }
        return (await this.#adopted(left, same)) ?? (await this.#begin(left, same))
      } catch (error) {
        this.#slots.release({ host: machine.name, slot: record.slot })
        if (!staysForNextSession(error, requested())) machine.discard(record.name)
        throw error
      }
    }
    for (;;) {
      const slot = await this.#slots.take(() => requested() === null)
      if (slot === null) return null
      if (slot.host === LOCAL_MACHINE) {
        // What a lost machine may still run is nobody's.
        remoteJobRecords.forget(trial.directory)
        return { slot: slot.slot }
      }
      const job = await this.#tryAt(slot, wanted)
      if (job !== null) return job
      this.#slots.release(slot)
    }
  }

  /** Null where the machine took nothing. @throws AppError where it may have begun, or another machine could do no better */
  async #tryAt(slot: MachineSlot, wanted: Wanted): Promise<Job | null> {
    const { host } = slot
    const { trial, requested } = wanted
    const machine = this.#machines.get(host) as RemoteMachine
    const record: RemoteRecord = {
      attempt: trial.attempt,
      machine: host,
      name: `job-${randomUUID()}`,
      slot: slot.slot,
    }
    let isAsked = false
    try {
      await machine.connect()
      remoteJobRecords.write(trial.directory, record)
      isAsked = true
      const job = await this.#begin({ record, machine }, wanted)
      this.#slots.went()
      return job
    } catch (error) {
      if (isAsked && !staysForNextSession(error, requested())) machine.discard(record.name)
      const isRefused = isAppError(error, 'machine.refused')
      if (isRefused || isAppError(error, 'machine.unreachable')) {
        this.#slots.rest(host, error)
        return null
      }
      this.#slots.release(slot)
      throw error
    }
  }

  /** A job that has begun needs nothing more; null for one that has not. */
  async #adopted(
    { record, machine }: Pick<Job, 'record' | 'machine'>,
    { start, trial }: Wanted,
  ): Promise<Job | null> {
    const workspace = await machine.reach()
    const { started } = remoteFolders(workspace, record.name)
    const output = await machine.order(`[ ! -d ${quote(started)} ] || echo started`)
    if (output.length === 0) return null
    prepareAttempt(attemptFiles(trial.directory, trial.attempt), start, trial)
    return { trialDirectory: trial.directory, record, machine, workspace }
  }

  /** Begins a job unless it has begun. */
  async #begin(
    { record, machine }: Pick<Job, 'record' | 'machine'>,
    { start, trial, state: ownState }: Wanted,
  ): Promise<Job> {
    const { runs } = this.#options
    const local = attemptFiles(trial.directory, trial.attempt)
    prepareAttempt(local, start, trial)
    const workspace = await machine.reach()
    const remote = remoteFolders(workspace, record.name)
    const remoteTrial: UserTrial = {
      ...trial,
      directory: remote.trial,
      ...(trial.continuation === undefined
        ? {}
        : {
            continuation: {
              ...trial.continuation,
              placed: { isLeftOver: ownState?.isLeftOver === true },
            },
          }),
    }
    const files = attemptFiles(remote.trial, trial.attempt, path.posix)
    const uploaded =
      runs instanceof RemoteTrainer
        ? await runs.upload(machine, start, remoteTrial, files)
        : await uploadProgram(runs, machine, start, remoteTrial, files)
    const { filled, directory, uses } = uploaded
    const state =
      trial.continuation === undefined ? null : await uploadState(machine, local.checkpoints)
    const copies = [
      ...uploaded.copies,
      ...(state === null ? [] : [{ from: `${state}/.`, to: files.checkpoints }]),
    ]
    const { gpus } = this.#slots.hold(record.machine, record.slot) ?? { gpus: [] }
    await machine.order(
      beginScript(remote, {
        filled: { ...filled, added: { ...anyVendorVariables(gpus), ...filled.added } },
        directory,
        folders: [files.directory, files.checkpoints, files.artifacts],
        files: [
          ...attemptTexts(files, start, remoteTrial),
          ...uploaded.texts,
          { file: `${remote.job}/uses`, text: uses.map(usedPath => `${usedPath}\n`).join('') },
        ],
        copies,
      }),
    )
    return { trialDirectory: trial.directory, record, machine, workspace }
  }

  /** A job of this trial, and of this of its trainings, whose end nobody has heard. */
  #orphaned(trial: UserTrial): Pick<Job, 'record' | 'machine'> | null {
    const record = remoteJobRecords.read(trial.directory)
    if (record === null || this.#reportedNames.has(record.name)) return null
    const machine = this.#machines.get(record.machine)
    const isSame = record.attempt.split('.')[1] === trial.attempt.split('.')[1]
    if (machine !== undefined && isSame && !this.#isDiscarded(record)) return { record, machine }
    if (machine !== undefined) machine.discard(record.name)
    else this.#discarded.add(record.machine, record.name)
    return null
  }

  #isDiscarded({ machine, name }: RemoteRecord): boolean {
    return this.#discarded.of(machine).includes(name)
  }
}

async function uploadProgram(
  { objective, userCode }: Exclude<RemoteRun, RemoteTrainer>,
  machine: RemoteMachine,
  start: StartMessage,
  trial: UserTrial,
  files: AttemptFiles,
): Promise<UploadedRun> {
  const code = await requireTrusted(objective, { userCode })
  const { folder, directory } = await uploadCode(machine, code, userCode.studyDirectory)
  const filled = fillCommand(objective, start, trial, files)
  return { filled, directory, texts: [], copies: [], uses: [folder] }
}

/** Whether a job that may run stays for the next session: this one ends, or pauses for want of something here. */
function staysForNextSession(error: unknown, requested: Request | null): boolean {
  return requested === 'leave' || classifyFailure(error).pausesStudy === true
}
