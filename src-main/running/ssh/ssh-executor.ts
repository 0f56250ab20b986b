import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { classifyFailure } from '../../core/errors/classify-failure.ts'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import type { SshSettings, Machine } from '../../contract/executor.ts'
import { anyVendorVariables } from '../../core/machine/gpus.ts'
import type {
  AttemptOutcome,
  StartMessage,
  TestMessage,
  TestResult,
  TrustedCode,
  UserTrial,
} from '../../core/processes/trainer-protocol.ts'
import { HERE } from '../../core/trial/trial.ts'
import { quote } from '../../core/values/shell-quote.ts'
import type { CommandObjective } from '../../core/study/user-code.ts'
import {
  type AttemptFiles,
  attemptFiles,
  attemptTexts,
  prepareAttempt,
} from '../../platform/user-code/attempt-files.ts'
import { AttemptState } from '../../platform/user-code/attempt-state.ts'
import { fillCommand } from '../../platform/user-code/command-environment.ts'
import { killLeftOver } from '../../platform/user-code/kill-left-over.ts'
import { requireTrusted, userTrialOf } from '../../platform/user-code/require-trusted.ts'
import { type DetachedAttempt, DetachedAttempts, type Request } from '../detached-attempt.ts'
import type { AttemptListener, Executor, RunningAttempt } from '../executor.ts'
import { GivenBack } from '../given-back.ts'
import { DiscardedJobs } from './discarded-jobs.ts'
import { type MachinePlace, MachinePlaces } from './machine-places.ts'
import { placeCode } from './place-code.ts'
import { placeState, requireCheckpoint } from './place-start.ts'
import { beginScript, remoteFolders, type RemoteRecord, remoteRecords } from './remote-job.ts'
import { RemoteMachine } from './remote-machine.ts'
import { SshAttempt } from './ssh-attempt.ts'
import { type PlacedRun, TrainerThere } from './trainer-there.ts'
import { type SharedHere, TrialsHere } from './trials-here.ts'

/** What runs over there: a program of the user, or a trainer. */
type RunThere =
  { readonly objective: CommandObjective; readonly userCode: TrustedCode } | TrainerThere

export interface SshExecutorOptions {
  readonly runs: RunThere
  readonly settings: SshSettings
  readonly gpusPerTrial?: number | undefined
  /** Those that the settings name. */
  readonly machines: readonly Machine[]
  /** On this computer: tests winners, and runs trials if the study wants some here. */
  readonly local: Executor
  readonly here: SharedHere | null
  /** Outlives a session; all studies of a database share it. */
  readonly discardedJobsFile: string
}

/** A trial that wants a job. */
interface Wanted {
  readonly start: StartMessage
  readonly trial: UserTrial
  readonly state: AttemptState | null
  readonly asked: () => Request | null
}

interface JobHere {
  readonly placeHere: number
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
  readonly #places: MachinePlaces
  readonly #here: TrialsHere | null
  readonly #discarded: DiscardedJobs
  readonly #running = new DetachedAttempts()
  /** Jobs whose end was told; the store knows it when their slot takes the next trial. */
  readonly #told = new Map<number, Job>()
  readonly #toldNames = new Set<string>()
  readonly #givenBack = new GivenBack()

  constructor(options: SshExecutorOptions) {
    const { settings, machines, discardedJobsFile, gpusPerTrial, here, local } = options
    this.#options = options
    this.#discarded = new DiscardedJobs(discardedJobsFile)
    this.#here = here && new TrialsHere(here, local, () => this.#places.wake())
    this.#places = new MachinePlaces({ settings, gpusPerTrial, here: this.#here })
    const patienceMs = settings.lostAfterSeconds * 1_000
    this.#machines = new Map(
      machines.map(one => [one.name, new RemoteMachine(one, patienceMs, this.#discarded)]),
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
        if (machine !== null && attempt.asked === null) listener.placed?.(machine)
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
    for (const slot of this.#told.keys()) this.#forgetTold(slot)
    await Promise.all([...this.#machines.values()].map(async machine => machine.finish()))
  }

  async #run(
    start: StartMessage,
    listener: AttemptListener,
    attempt: DetachedAttempt,
  ): Promise<AttemptOutcome | null> {
    const trial = userTrialOf(start)
    this.#forgetTold(trial.slot)
    const state = AttemptState.of(attemptFiles(trial.directory, trial.attempt), start)
    try {
      // It may have run here before, and what it left would write into the folder that travels.
      if (this.#here !== null) killLeftOver(trial.directory)
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
    const job = await this.#obtain({ start, trial, state, asked: () => attempt.asked })
    if (job === null) return { state: 'cancelled' }
    if ('placeHere' in job) return this.#runHere(job, start, listener, attempt)
    const { record, machine, workspace } = job
    const { runs } = this.#options
    try {
      // Nobody listens to one that was aborted: its trial may have ended, or begun again.
      if (attempt.asked !== 'abort') {
        listener.placed?.(machine.name)
        listener.started(null, undefined)
        listener.taken?.()
      }
      const followed = new SshAttempt({
        ...{ objective: runs.objective, start, trialDirectory: trial.directory },
        ...{ attempt: trial.attempt, record, machine, workspace, listener },
        ...{ trainer: runs instanceof TrainerThere ? runs : null, state },
      })
      const result = await attempt.follow(followed)
      if (result === null) return null
      if (followed.hadNothingToDo) {
        machine.discard(record.name)
        return 'nothingToDo'
      }
      if (result.state === 'failed' && followed.waits(result.failure)) return result
      this.#toldNames.add(record.name)
      this.#told.set(trial.slot, job)
      return this.#judged(result, start.trialNumber, machine.name)
    } finally {
      this.#places.release({ host: record.machine, place: record.place })
    }
  }

  async #runHere(
    { placeHere: place }: JobHere,
    start: StartMessage,
    listener: AttemptListener,
    attempt: DetachedAttempt,
  ): Promise<AttemptOutcome | null> {
    try {
      return await attempt.follow((this.#here as TrialsHere).begin(start, listener, place))
    } finally {
      this.#places.release({ host: HERE, place })
    }
  }

  /** A trial goes back once more where its machine is to blame, and the machine rests. */
  #judged(outcome: AttemptOutcome, trial: number, machine: string | null): AttemptOutcome {
    if (outcome.state !== 'failed' || outcome.failure.givenBack !== true) return outcome
    const { fact: reason } = outcome.failure
    if (machine !== null) {
      this.#places.rest(machine, new AppError('machine.unreachable', { machine, reason }))
    }
    return this.#givenBack.judged(outcome, trial)
  }

  /** The slot takes another trial, so the end of its last one is in the store. */
  #forgetTold(slot: number): void {
    const job = this.#told.get(slot)
    if (job === undefined) return
    this.#told.delete(slot)
    const { trialDirectory, record, machine } = job
    machine.discard(record.name)
    // Its trial may have begun again in another slot.
    if (remoteRecords.read(trialDirectory)?.name === record.name) {
      remoteRecords.forget(trialDirectory)
    }
  }

  /** The job that an earlier session left, or a new one; null when it is wanted no more. */
  async #obtain(wanted: Wanted): Promise<Job | JobHere | null> {
    const { trial, asked } = wanted
    const left = this.#left(trial)
    if (left !== null) {
      const { record, machine } = left
      this.#places.hold(record.machine, record.place)
      try {
        const same = { ...wanted, trial: { ...trial, attempt: record.attempt } }
        return (await this.#adopted(left, same)) ?? (await this.#begin(left, same))
      } catch (error) {
        this.#places.release({ host: machine.name, place: record.place })
        if (!isKept(error, asked())) machine.discard(record.name)
        throw error
      }
    }
    for (;;) {
      const place = await this.#places.take(() => asked() === null)
      if (place === null) return null
      if (place.host === HERE) {
        // What a lost machine may still run is nobody's.
        remoteRecords.forget(trial.directory)
        return { placeHere: place.place }
      }
      const job = await this.#tryAt(place, wanted)
      if (job !== null) return job
      this.#places.release(place)
    }
  }

  /** Null where the machine took nothing. @throws AppError where it may have begun, or another machine could do no better */
  async #tryAt(place: MachinePlace, wanted: Wanted): Promise<Job | null> {
    const { host } = place
    const { trial, asked } = wanted
    const machine = this.#machines.get(host) as RemoteMachine
    const record: RemoteRecord = {
      ...{ attempt: trial.attempt, machine: host, name: `job-${randomUUID()}`, place: place.place },
    }
    let isAsked = false
    try {
      await machine.connect()
      remoteRecords.write(trial.directory, record)
      isAsked = true
      const job = await this.#begin({ record, machine }, wanted)
      this.#places.went()
      return job
    } catch (error) {
      if (isAsked && !isKept(error, asked())) machine.discard(record.name)
      const isRefused = isAppError(error, 'machine.refused')
      if (isRefused || isAppError(error, 'machine.unreachable')) {
        this.#places.rest(host, error)
        return null
      }
      this.#places.release(place)
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
    const said = await machine.order(`[ ! -d ${quote(started)} ] || echo started`)
    if (said.length === 0) return null
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
    const there: UserTrial = {
      ...{ ...trial, directory: remote.trial },
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
    const placed =
      runs instanceof TrainerThere
        ? await runs.place(machine, start, there, files)
        : await placeProgram(runs, machine, start, there, files)
    const { filled, directory, uses } = placed
    const state =
      trial.continuation === undefined ? null : await placeState(machine, local.checkpoints)
    const copies = [
      ...placed.copies,
      ...(state === null ? [] : [{ from: `${state}/.`, to: files.checkpoints }]),
    ]
    const { gpus } = this.#places.hold(record.machine, record.place) ?? { gpus: [] }
    await machine.order(
      beginScript(remote, {
        filled: { ...filled, added: { ...anyVendorVariables(gpus), ...filled.added } },
        directory,
        folders: [files.directory, files.checkpoints, files.artifacts],
        files: [
          ...attemptTexts(files, start, there),
          ...placed.texts,
          { file: `${remote.job}/uses`, text: uses.map(one => `${one}\n`).join('') },
        ],
        copies,
      }),
    )
    return { trialDirectory: trial.directory, record, machine, workspace }
  }

  /** A job of this trial, and of this of its trainings, whose end nobody has heard. */
  #left(trial: UserTrial): Pick<Job, 'record' | 'machine'> | null {
    const record = remoteRecords.read(trial.directory)
    if (record === null || this.#toldNames.has(record.name)) return null
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

async function placeProgram(
  { objective, userCode }: Exclude<RunThere, TrainerThere>,
  machine: RemoteMachine,
  start: StartMessage,
  trial: UserTrial,
  files: AttemptFiles,
): Promise<PlacedRun> {
  const code = await requireTrusted(objective, { userCode })
  const { folder, directory } = await placeCode(machine, code, userCode.studyDirectory)
  const filled = fillCommand(objective, start, trial, files)
  return { filled, directory, texts: [], copies: [], uses: [folder] }
}

/** Whether a job that may run stays for the next session: this one ends, or pauses for want of something here. */
function isKept(error: unknown, asked: Request | null): boolean {
  return asked === 'leave' || classifyFailure(error).pausesStudy === true
}
