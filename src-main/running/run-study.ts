import { waitingMessage } from '../core/study/event-message.ts'
import { displayedState } from '../core/study/displayed-state.ts'
import type { EventRecord } from '../core/study/events.ts'
import type { MessageDescriptor } from '../core/errors/message.ts'
import path from 'node:path'
import { AppError, errorMessage, toAppError } from '../core/errors/errors.ts'
import { objectiveKind } from '../core/study/study-specification.ts'
import type { WinnerRecord } from '../core/study/study.ts'
import { unwritableReason } from '../core/errors/unwritable.ts'
import type { Executor } from './executors/executor.ts'
import { chosenExecutor } from './executors/chosen-executor.ts'
import { type OpenExecutor, openExecutor, type StudyToRun } from './executors/open-executor.ts'
import { userDirectoryOf } from './executors/user-directory.ts'
import { removeWithin } from '../platform/files/remove.ts'
import type { RunnerListener, Tracer } from './runner-events.ts'
import { interruptedTrials } from './loop/attempt-start.ts'
import type { StudyEnd } from './loop/study-end.ts'
import type { ObserveSession } from './session-observer.ts'
import { StudyRunner } from './loop/study-runner.ts'
import { bestTrial, bestTrials } from '../core/trial/ranking.ts'
import { MachineMonitor } from '../platform/machine/machine-monitor.ts'
import { studyResources } from './resources/resources-of-study.ts'
import { type StudyResources, withoutSlots } from './resources/study-resources.ts'
import { testEnsembleOf, untestedEnsemble } from './test-ensemble.ts'
import { TrialFiles } from './trial-files/trial-files.ts'
import { filesToRetain, worthKeeping } from './files-to-retain.ts'
import { followRequests, meetRequest } from './trial-requests.ts'
import { isExternal } from '../core/objectives/external/external.ts'

export interface RunStudyOptions extends StudyToRun {
  readonly listener?: RunnerListener
  readonly trace?: Tracer
  /** What follows the session, such as notifications. Default: nothing. */
  readonly observers?: readonly ObserveSession[]
  /** Of the host, if it has one; else the study has its own while it runs. */
  readonly monitor?: MachineMonitor
  /** Called once with the runner, so that the host can pause and stop it. */
  readonly onRunner?: (runner: StudyRunner) => void
}

export interface StudyRunResult {
  readonly end: StudyEnd
  /** Test metrics of the best trial; null for objectives without a test split, or before the end. */
  readonly winner: WinnerRecord | null
  /** Why the best trial could not be tested, e.g. its weights are gone; null if nothing went wrong. */
  readonly testFailure: MessageDescriptor | null
}

/**
 * One session of a study: data, search process, trainers, trials, and at the end the test split for
 * the winner. Starts a new study, or goes on with one that was paused, stopped or killed.
 * @throws AppError `study.finished` when there is nothing left to run, `study.external`, and whatever ends
 *   the session
 */
export async function runStudy(options: RunStudyOptions): Promise<StudyRunResult> {
  const { store, study, workspace } = options
  const { specification } = study
  if (isExternal(specification.objective)) {
    throw new AppError('study.external', { study: study.name })
  }
  const isDone = !lacksWinner(options) && interruptedTrials(store, study.id).length === 0
  // One that has ended without a trial has nothing done.
  if (displayedState(store.studyById(study.id)) === 'finished' && isDone) {
    throw new AppError('study.finished', { study: study.name, state: study.state })
  }
  const { now, observers = [] } = options
  const session = { store, studyId: study.id, workspace, now }
  const observing = observers.map(observe => observe(session))
  const listener = observing.reduce<RunnerListener | undefined>(
    (listeners, observer) => observer.listenBeside(listeners),
    options.listener,
  )
  try {
    return await runSession({ ...options, ...(listener === undefined ? {} : { listener }) })
  } catch (error) {
    for (const observer of observing) observer.failed(errorMessage(toAppError(error)))
    throw error
  } finally {
    await Promise.all(observing.map(observer => observer.close()))
  }
}

async function runSession(options: RunStudyOptions): Promise<StudyRunResult> {
  const monitor = options.monitor ?? new MachineMonitor({ now: options.now })
  try {
    const resources = await studyResources(options, monitor)
    const onWait = ({ detail }: Pick<EventRecord, 'detail'>): void =>
      options.listener?.slotWaiting?.(waitingMessage(detail))
    const opened = await openExecutor(options, { resources, onWait })
    return await runWith(options, opened, resources)
  } finally {
    if (options.monitor === undefined) monitor.close()
  }
}

async function runWith(
  options: RunStudyOptions,
  { executor, datasetDirectory, userCode }: OpenExecutor,
  resources: StudyResources,
): Promise<StudyRunResult> {
  const { store, study, workspace, now } = options
  const { definition } = chosenExecutor(study.specification)
  const home = workspace.artifactDirectory(study.id)
  const hasFolders = userCode !== null || definition.needsTrialFolders
  const userDirectory = (number: number): string | null =>
    !hasFolders ? null : path.join(userDirectoryOf(study, workspace), String(number))
  let finished: StudyRunner | null = null
  try {
    const runner: StudyRunner = new StudyRunner({
      store,
      // A person may have changed it while the data were prepared.
      study: store.studyById(study.id),
      executor,
      resources: definition.runsElsewhere ? withoutSlots(resources) : resources,
      now,
      artifactDirectory: number =>
        datasetDirectory === null ? null : workspace.artifactDirectory(study.id, number),
      userDirectory,
      files: new TrialFiles({ store, study, home, userDirectory }),
      checkpointDirectory: workspace.checkpointDirectory(study.id),
      listener: keepBestArtifacts(options, () => runner),
      ...(options.trace === undefined ? {} : { trace: options.trace }),
    })
    options.onRunner?.(runner)
    const requests = followRequests(workspace, study.id, request =>
      meetRequest(store, runner, request, now()),
    )
    const end = await runner.run().finally(() => requests.close())
    if (end.state !== 'finished') return { end, winner: null, testFailure: null }
    finished = runner
    return { end, ...(await testBest(options, executor)) }
  } finally {
    await executor.close()
    resources.close()
    finished?.sweep()
  }
}

/** A session that died between its end and the test of the winner leaves that test to do. */
function lacksWinner({ store, study }: RunStudyOptions): boolean {
  if (objectiveKind(study.specification.objective).leavesModel !== true) return false
  if (store.artifacts(study.id).length === 0) return false
  return store.winner(study.id) === null || untestedEnsemble({ store, study }) !== null
}

/** Files of beaten trials are removed, as {@link filesToRetain} says. */
function keepBestArtifacts(options: RunStudyOptions, runner: () => StudyRunner): RunnerListener {
  const { study, store, workspace, listener } = options
  const [goal] = study.specification.goals
  const home = workspace.artifactDirectory(study.id)
  return {
    ...listener,
    trialFinished: trial => {
      listener?.trialFinished?.(trial)
      if (goal === undefined) return
      if (objectiveKind(study.specification.objective).leavesModel !== true) return
      const { ensemble } = study.specification
      const best = worthKeeping(bestTrials(runner().history.trials, goal), ensemble)
      const files = store.artifacts(study.id)
      const filesToKeep = new Set(filesToRetain(files, best, ensemble))
      const numbers = new Set([...files.map(({ trialNumber }) => trialNumber), trial.number])
      for (const number of numbers) {
        const trialFiles = files.filter(({ trialNumber }) => trialNumber === number)
        const beaten = trialFiles.filter(file => !filesToKeep.has(file))
        const isEmpty = beaten.length === trialFiles.length
        const kinds = beaten.map(({ kind }) => kind)
        if (kinds.length > 0) store.removeArtifacts(study.id, number, kinds)
        const folder = workspace.artifactDirectory(study.id, number)
        // A file that cannot be removed now stays; nothing asks for it any more.
        for (const entry of isEmpty ? [folder] : beaten.map(file => file.path))
          removeWithin(home, entry).catch(() => undefined)
      }
    },
  }
}

type Tested = Pick<StudyRunResult, 'winner' | 'testFailure'>

/** A full disk leaves the tests to the next session: the trials are complete all the same. */
async function testBest(options: RunStudyOptions, executor: Executor): Promise<Tested> {
  try {
    const { winner, testFailure } = await testWinner(options, executor)
    if (testFailure !== null) return { winner, testFailure }
    return { winner, testFailure: await testEnsembleOf(options, executor) }
  } catch (error) {
    const unwritable = unwritableReason(error)
    if (unwritable === null) throw error
    return { winner: null, testFailure: unwritable }
  }
}

const untested: Tested = { winner: null, testFailure: null }

/** A study looks at the test split once, for its winner; a further session with the same winner keeps what came of it. */
async function testWinner(
  { store, study, now }: RunStudyOptions,
  executor: Executor,
): Promise<Tested> {
  const [goal] = study.specification.goals
  const best = bestTrial(store.history(study.id, [], { reports: 'none' }), goal)
  if (best === null) return untested
  const storedWinner = store.winner(study.id)
  if (storedWinner?.trialNumber === best.number) return { winner: storedWinner, testFailure: null }
  const weights = store
    .artifacts(study.id)
    .find(artifact => artifact.trialNumber === best.number && artifact.kind === 'weights.best')
  if (weights === undefined) return untested
  const { seed } = store.trial(study.id, best.number)
  const result = await executor.test({
    attemptId: -1,
    models: [{ parameters: best.parameters, seed, weightsPath: weights.path }],
  })
  // Its trials are complete all the same; the next session tries the test again.
  if (!result.ok) return { winner: null, testFailure: result.failure.reason }
  store.recordWinner(study.id, {
    trialNumber: best.number,
    evaluatedAtMs: now(),
    metrics: result.metrics,
  })
  return { winner: store.winner(study.id), testFailure: null }
}
