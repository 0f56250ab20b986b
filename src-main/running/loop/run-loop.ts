import type { EventKind } from '../../core/study/events.ts'
import { trainingsOf } from '../../core/study/trainings.ts'
import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { unwritableReason } from '../../core/errors/unwritable.ts'
import { defined } from '../../core/values/json.ts'
import type { Exhausted, Proposal } from '../../core/processes/search-protocol.ts'
import type { AttemptOutcome, MetricColumns } from '../../core/processes/trainer-protocol.ts'
import { firstPoints } from '../../core/study/study-specification.ts'
import type { StudyState } from '../../core/study/study.ts'
import {
  reusedTrial,
  type Failure,
  type TrialResult,
  type TrialValues,
} from '../../core/trial/trial.ts'
import { deriveSeed } from '../../math/random/stream.ts'
import { toProposal } from '../../search/proposals/queued-point.ts'
import type { MetricBatch } from '../../platform/storage/metrics.ts'
import { Span } from '../../platform/processes/run-time.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'
import { AttemptLimit } from './attempt-limit.ts'
import type { AttemptListener } from '../executors/executor.ts'
import type { TracePoint } from '../runner-events.ts'
import { looksAtReports, type StudyHistory, type TrialStart } from './study-history.ts'
import { AttemptStart, shouldRetry, type TrialToRun } from './attempt-start.ts'
import { plannedEnd } from './planned-end.ts'
import type { Replicate } from './replicates.ts'
import { AttemptTrack, LatestStep, malformedMetrics } from './reported-metrics.ts'
import type {
  RunningTrial,
  StudyInProgress,
  StudyRun,
  TrialAttempt,
  Training,
} from './run-state.ts'
import { startMessage } from './start-message.ts'
import { concludeEnd, endAtLimit, requestedEnd, stopBefore, type StudyEnd } from './study-end.ts'
import {
  type EndedOutcome,
  endOfTraining,
  endWithoutTraining,
  isAccident,
  type TrialEnd,
} from './trial-end.ts'
import { type EndedTrainings, newTraining, trainAll } from './trainings.ts'

/*
 * The run loop: how a trial gets from a proposal to a stored result, how a study ends, and why a kill changes neither.
 *
 * One rule orders everything below: store first, then act. A step is stored in one transaction (a commit) before a process,
 * a person or another trial can see it, and a commit is on the disk when it returns. (Metrics are the exception: they are shown
 * and judged at once, and stored within 200 ms, because a trial that is cut off reports them again.) So nothing in memory has to
 * survive: not the history, the search, the metrics that wait, or the decisions. After `kill -9` or a power failure the next
 * session opens the store and finds a state that the session before passed through.
 *
 * WORDS. A trial is one point of the space. Each time that it is trained is an attempt; with folds, replicates or instances an attempt
 * has several trainings, one after the other. A trial or attempt is interrupted where its session ended before it did, and suspended where a
 * person asked it to wait: both are continued by the next session. A session is one process that runs the study; the next one is started by a
 * person (`resume`, the page) or by a host that was told to continue what was held.
 *
 * THE PROTOCOL. The sections of this file have these names and this order. Functions whose names begin with `commit` make a step
 * of a trial or the study durable, and change the history in memory right after that. What belongs to a step but decides nothing is stored
 * apart: metrics, resource samples, times, the ends of single trainings, engine and machine.
 *
 *   1 open      What the store still calls running belongs to a session that is gone: those trials and attempts become
 *               `interrupted` (`takeOver`). The history is read, the search process is started with it (open-run.ts), and the
 *               study is `running` (`commitStudyStart`).
 *   2 propose   When a slot is free, interrupted trials come first, by number. Then the stop rules are asked (but not where a
 *               queued point continues a checkpoint), then comes a point of the study file, a point that a person queued, or
 *               one of the sampler. A sampler's proposal is a function of the study file, the history and the number of the
 *               trial: its random stream is keyed by seed and number. Nothing is stored.
 *   3 commit    `commitTrial`: number, parameters, provenance, seed and a first attempt that is running. A queued point leaves
 *               the queue in the same transaction. For an interrupted trial `commitAttempt`: another attempt, and metrics after
 *               the step that it resumes from are removed.
 *   4 start     Only now the executor starts the attempt: a process on this machine, a job elsewhere. It begins at the trial's
 *               last checkpoint, at that of the trial that it continues, or at the beginning (attempt-start.ts). Engine, code
 *               and machine are added to the stored attempt as they become known.
 *   5 report    Metrics wait in memory for at most 200 ms and are stored together (`commitMetrics`), or earlier with whatever is
 *               committed of their trial. A checkpoint is written as a file, then as a row, with all metrics up to it in the
 *               transaction of the row: a stored checkpoint has its file, and is never ahead of its curve.
 *   6 judge     Where a pruner, a sampler or a stop rule looks at reports, the trainer waits at each step for an answer, which
 *               is a function of the study file and the history. It is not stored; its reason is, with the end of the trial.
 *   7 end       A failed attempt may be repeated: its failure is stored, then another attempt (`retry`), and 4 follows.
 *               Otherwise the trial ends in one transaction (`commitTrialEnd`): state, values, reason, the metrics that waited,
 *               files, last checkpoint. The store refuses every later change of the result. Then the search and the host
 *               learn of it, files that nothing needs any more are removed, and the slot is free: 2. A trial that a person
 *               suspends saves a checkpoint and waits as interrupted, in this session or a later one (`afterTrial`).
 *   8 end of    A stop rule holds, the sampler has nothing left, a person or the machine wants it, or an error makes it
 *     the study necessary. Running trials end, or save a checkpoint (`suspendAll`). `commitStudyEnd`: trials that still run are
 *               interrupted, then the study gets its state. The winner is tested after that (run-study.ts).
 *
 * WHAT SURVIVES kill -9 of all processes of the session, and what the next session does with it. It first interrupts whatever is stored
 * as running, then continues these trials by number, each with another attempt, before anything new is proposed. Where several trials ran at
 * once, others may have ended before the kill: the history may then be longer than it was, and an answer that depends on it another one.
 *
 *   after the proposal, before the commit
 *       Nothing of the proposal is stored, and nothing has acted on it. With one slot the history is the same, so the same
 *       number gets the same proposal. A queued point is still queued.
 *   after the commit, before the start
 *       Trial and attempt are stored as running, though nothing runs. `takeOver` interrupts them. A second attempt starts before
 *       anything new is proposed, with the same number, parameters and seed, from the same starting point. An attempt that was
 *       interrupted is no failure: it does not count against the retries.
 *   while it trains, between two reports
 *       Lost are the metrics of the last 200 ms and the progress since the last checkpoint. A trainer on this machine ends when
 *       its channel to this process closes, and a program ends with its supervisor. The next attempt resumes from the last
 *       checkpoint, or starts over; one of several trainings always starts over with the first. The transaction that starts
 *       it removes metrics after that step, so no curve is made of two trainings. Code of the user that resumes by itself shows
 *       with its first report where it is, and what was stored from that step on is removed then (`settle`). A job on another
 *       machine may run on: the executor of the next session adopts it and reads its output from the beginning, or ends it.
 *   after a report is judged, before the decision is acted on
 *       The decision was in memory only. The next attempt reports the step again and gets the same answer from the same
 *       history. Code that resumes by itself may be past the step: its reports are stored before they are judged, so the
 *       step is not lost, and it is judged at the next one.
 *   after the result, before its commit
 *       The trial is stored as running, so it is interrupted and trained again from its last checkpoint, with the same seed and,
 *       as far as the training repeats itself, the same values. Files without a row are overwritten or swept. A result
 *       counts from its commit on, so none counts twice.
 *   after an attempt has failed
 *       Until the failure is stored, the attempt counts as interrupted, and the failure is forgotten. From then on it counts against
 *       the retries; the trial has no attempt that runs until the next one is committed, and is interrupted like any other.
 *   after the commit of the end
 *       The trial is finished and never runs again. The search learns it from the history. Files that were to be removed
 *       are removed when the next session opens or the next trial ends.
 *   while the study ends
 *       Before the last commit the study is stored as running, whether its trials have ended, run or are interrupted. Those that
 *       have not ended run again; then the stop rule holds as before, and no further trial starts. (At a time limit these
 *       trials are not cut short a second time, and up to a second of the elapsed time may be missing.) A request to pause
 *       or stop is forgotten, and so is what only this session knew: an error that was to end the study is met again, and failures in a
 *       row are counted from the first trial of the new session, so that a study can be resumed once its cause is mended. After the last
 *       commit the test of the winner and the report may be missing, which whoever ran the session makes after it (run-study.ts);
 *       `resume` makes both, from the beginning.
 *
 * With one slot, a study that was killed equals one that was not, bit for bit. With several, trials may end in another order, and
 * later proposals differ; still none is lost, and none runs again after its end is stored. A kill of another process does not
 * end the session: the search is started again with the history, and the question repeated (search-link.ts); an attempt whose
 * trainer is gone has failed (7).
 *
 * WHO GOES THROUGH IT. Trials on this machine, over SSH, of Slurm and of job queues differ in their executor only. Where another
 * program evaluates the trials (features/ask-and-tell), it drives the same steps: `ask` is 2 and 3, `report` is 5 and 6, `tell`
 * is 7, by the commits of this file, each before its answer. A trial that such a program still has is not handed out again; it
 * may report and end as it stands. Studies that Optuna runs on our storage, and imports, are the record of another program's loop.
 *
 * THE STATE is in run-state.ts: inputs, services, what runs, what waits for a slot, counters, and why to end. A host steers it
 * through StudyRunner (study-runner.ts). The loop waits for `wake` only, and decides again what it decided before a person
 * intervened (`counters.revision`).
 */

/** Metrics reach the disk this often while trials run. */
const FLUSH_EVERY_MS = 200
const ELAPSED_EVERY_MS = 1_000
/** How long a session that stops at once waits for trials to save. */
const SUSPEND_LIMIT_MS = 3_000

// ——— 1. Open ———

/** What an earlier session left running is interrupted from now on; the history is read after that. */
export function takeOver(
  { store, study, now }: Pick<StudyInProgress, 'store' | 'study' | 'now'>,
  readHistory: () => StudyHistory,
): StudyInProgress {
  store.interruptRunning(study.id, now())
  return { store, study, now, history: readHistory() }
}

/** The study runs. Event `study.started`, or `study.resumed` where it has trials. */
export function commitStudyStart(session: StudyInProgress): void {
  const event = session.history.nextNumber > 0 ? 'study.resumed' : 'study.started'
  commitState(session, 'running', null, event)
}

function commitState(
  { store, study, now }: StudyInProgress,
  state: StudyState,
  reason: MessageDescriptor | null,
  event: EventKind,
): void {
  store.setStudyState({ studyId: study.id, state, reason, event, atMs: now() })
}

/**
 * Runs an opened session to its end.
 * @throws whatever ended the session other than a rule or a person; everything acknowledged is
 *   stored and the study can be resumed
 */
export async function runToEnd(run: StudyRun): Promise<StudyEnd> {
  const { session, services } = run
  const timers = [
    setInterval(() => guard(run, () => flush(run)), FLUSH_EVERY_MS),
    setInterval(() => {
      guard(run, () => countElapsed(run))
      run.wake()
    }, ELAPSED_EVERY_MS),
  ]
  try {
    commitStudyStart(session)
    run.inputs.listener.stateChanged?.('running', null)
    await services.search.ready()
    const end = await loop(run).catch(async (error: unknown) => {
      if (unwritableReason(error) === null) throw error
      fail(run, error)
      return loop(run)
    })
    return endStudy(run, concludeEnd(end, session.history.trials))
  } finally {
    for (const timer of timers) clearInterval(timer)
    for (const running of run.slots.running.values()) abandon(running)
    await services.search.close()
  }
}

// ——— The loop ———

/** Keeps the slots busy until something ends the study; looks again whenever `wake` is called. */
async function loop(run: StudyRun): Promise<StudyEnd> {
  const { session, services, slots, counters, ending } = run
  let end: StudyEnd | null = null
  let { revision } = counters
  for (;;) {
    const woken = nextWake(run)
    if (ending.failure !== null) throw ending.failure.error
    if (ending.pauseReason !== null || ending.request === 'stop') {
      await suspendAll(run)
      if (ending.pauseReason !== null) return { state: 'paused', reason: ending.pauseReason }
      return { state: 'stopped', reason: msg('ending.stopped') }
    }
    const timeOver = endAtLimit(session.study.specification.stop, services.clock, slots.running)
    if (timeOver !== null) {
      await suspendAll(run)
      return timeOver
    }
    if (revision !== counters.revision) end = null
    revision = counters.revision
    end ??= await fillSlots(run)
    if (revision !== counters.revision) continue
    if (end !== null && slots.running.size === 0) return end
    // A stop rule that held once stays; a pause is asked for again, since it may be the last trial.
    if (end?.state === 'paused' || end?.state === 'stopped') end = null
    await woken
  }
}

async function nextWake(run: StudyRun): Promise<void> {
  return new Promise(resolve => {
    run.wake = resolve
  })
}

/** Starts trials until no slot is free; returns how the study ends once the running ones are done. */
async function fillSlots(run: StudyRun): Promise<StudyEnd | null> {
  const { session, services, slots, unstarted, counters, ending } = run
  while (slots.free.length > 0 && ending.failure === null && ending.pauseReason === null) {
    const studyEnd = requestedEnd(ending.request)
    if (studyEnd !== null) return studyEnd
    const decision = unstarted.length > 0 ? null : endBeforeNext(run)
    if (decision !== null) return decision
    // Asked again every second.
    const slot = services.gate.choose(slots.free, slots.running.size)
    if (slot === null) break
    const interrupted = unstarted.shift()
    if (interrupted !== undefined) {
      startAgain(run, { ...interrupted, slot })
      continue
    }
    const { revision } = counters
    const number = session.history.nextNumber
    const proposal = await propose(run, number)
    // A proposal from before an intervention is void: the next session would not propose it either.
    if (revision !== counters.revision) continue
    if ('exhausted' in proposal) return { state: 'finished', reason: proposal.reason }
    trace(run, 'proposed', number)
    const span = new Span(session.now)
    const trial = commitTrial(session, { number, slot, proposal, atMs: span.startedAtMs })
    trace(run, 'committed', number)
    launch(run, trial, 1, span)
  }
  return requestedEnd(ending.request)
}

function endBeforeNext({ session, services, counters, ending }: StudyRun): StudyEnd | null {
  if (ending.refusal !== null) return { state: 'failed', reason: ending.refusal }
  const { elapsedMs } = services.clock
  return stopBefore(session, { elapsedMs, failuresFrom: counters.firstNumber })
}

// ——— 2. Propose ———

/** The parameters of the next trial, and why. */
export type NextPoint = Proposal & {
  /** Its id, where a person queued it: it leaves the queue with the commit. */
  readonly queuedPoint?: number
}

async function propose(
  { session, services }: StudyRun,
  number: number,
): Promise<NextPoint | Exhausted> {
  const proposal = queuedProposal(session, number) ?? (await services.search.propose(number))
  if ('exhausted' in proposal) return proposal
  const { study, history } = session
  const untilStep = plannedEnd(study.specification, number, proposal, history.trials)
  return { ...proposal, ...defined({ untilStep }) }
}

/** The point that a person queued for this trial: before the sampler's, but after those that the study file tries first. */
export function queuedProposal(
  { store, study: { id, specification } }: StudyInProgress,
  number: number,
): NextPoint | undefined {
  if (number < firstPoints(specification).length) return undefined
  const [point] = store.queuedPoints(id)
  return point === undefined ? undefined : toProposal(point)
}

// ——— 3. Commit ———

/**
 * A proposal becomes a trial that runs, with its first attempt. One that continues another trial is the same training, with the
 * same order of batches. Event `trial.started`.
 */
export function commitTrial(
  { store, study: { id: studyId, specification }, history }: StudyInProgress,
  next: {
    readonly number: number
    readonly slot: number
    readonly proposal: NextPoint
    readonly atMs: number
  },
): TrialToRun {
  const { number, slot, proposal, atMs } = next
  const { parameters, provenance, origin, untilStep } = proposal
  const seed =
    origin?.mode === 'continue'
      ? store.trial(studyId, origin.trial).seed
      : deriveSeed({ seed: specification.seed, number, purpose: 'trial' })
  store.startTrial({ ...proposal, studyId, number, seed, slot, atMs })
  history.started(number, parameters, defined({ origin }))
  return {
    number,
    parameters,
    seed,
    slot,
    resume: null,
    reportedStep: null,
    reused: reusedTrial(provenance),
    ...defined({ origin, untilStep }),
  }
}

/** A further attempt of a trial; metrics after the step that it resumes from are gone. Event `trial.retried`. */
export function commitAttempt(
  { store, study, history }: StudyInProgress,
  { number, slot, parameters }: Pick<TrialToRun, 'number' | 'slot' | 'parameters'>,
  start: TrialStart,
  atMs: number,
): void {
  const { resumeStep } = start
  const attempt = { studyId: study.id, trialNumber: number, slot, atMs }
  store.startAttempt({ ...attempt, ...defined({ resumeStep }) })
  history.started(number, parameters, start)
}

/** A trial that an earlier session left, or a person had suspended, in this slot. */
function startAgain(run: StudyRun, trial: TrialToRun): void {
  const { store, study, now } = run.session
  const start = new AttemptStart(trial, run.services.checkpoints)
  const span = new Span(now)
  commitAttempt(run.session, trial, start.current, span.startedAtMs)
  launch(run, trial, store.trial(study.id, trial.number).attempts.length, span)
}

// ——— 4. Start ———

/** @param span from the start that was committed: the clock of the machine may be set right after it */
function launch(run: StudyRun, trial: TrialToRun, attempt: number, span: Span): void {
  const { slots, inputs, session } = run
  const { number, parameters, slot } = trial
  slots.free.splice(slots.free.indexOf(slot), 1)
  const running = newRunningTrial(run, trial, span)
  run.services.clock.begin()
  slots.running.set(number, running)
  inputs.listener.trialStarted?.({ number, attempt, slot, parameters, atMs: session.now() })
  runTrial(run, running)
    .then(() => afterTrial(run, running))
    .catch((error: unknown) => fail(run, error))
    .finally(() => {
      slots.running.delete(number)
      inputs.resources.free(slot)
      if (slot < session.study.specification.parallelTrials) slots.free.push(slot)
      slots.free.sort((left, right) => left - right)
      run.wake()
    })
    .catch(() => undefined)
}

function newRunningTrial(
  { session, services }: StudyRun,
  trial: TrialToRun,
  span: Span,
): RunningTrial {
  const { specification } = session.study
  const start = new AttemptStart(trial, services.checkpoints)
  return {
    trial,
    span,
    start,
    attempt: newAttempt(session, span),
    latest: new LatestStep(),
    // What code of the user has saved itself may know of a step, which is then not to be lost.
    isJudged: start.resumesByItself || looksAtReports(specification),
    judging: Promise.resolve(),
    isCanceled: false,
    isSuspended: false,
    isAbandoned: false,
    trainerPid: undefined,
  }
}

/** @param span from its committed start */
function newAttempt({ study }: StudyInProgress, span: Span): TrialAttempt {
  return {
    span,
    first: newTraining(0, new AttemptTrack(study.specification)),
    execution: null,
    pruneReason: null,
    isUnsettled: false,
    settled: Promise.resolve(),
  }
}

/** From the committed start of a trial to its committed end, attempt by attempt; or until the session leaves it. */
async function runTrial(run: StudyRun, running: RunningTrial): Promise<void> {
  const { session, services } = run
  const { trial, start } = running
  const { number, parameters } = trial
  const untrained = endWithoutTraining(session, trial)
  if (untrained !== null) {
    await services.search.started(number, parameters)
    return finishTrial(run, running, untrained)
  }
  start.enter()
  for (;;) {
    await services.search.started(number, parameters, start.current)
    const ended = await trainAll(
      run,
      running,
      async (training, limitMs) => train(run, running, training, limitMs),
      (training, before) => beginTraining(run, running, training, before),
    )
    const { outcome } = ended
    // A search process that was started again is asked anew: not about an attempt whose reports are void by then.
    await running.judging
    trace(run, 'outcomeArrived', number, running)
    // A suspended trial stays as it is; whoever suspended it says what becomes of it.
    if (running.isAbandoned || outcome.state === 'suspended') return
    if (outcome.state === 'failed' && outcome.failure.pausesStudy === true)
      return hold(run, outcome.failure.reason)
    if (outcome.state !== 'failed' || !retry(run, running, outcome.failure))
      return endTrial(run, running, outcome, ended)
  }
}

/** One of several trainings begins: the end of the one before it is stored, with what was reported until then. */
function beginTraining(
  run: StudyRun,
  { trial: { number } }: RunningTrial,
  training: number,
  before: Replicate | undefined,
): void {
  const { store, study } = run.session
  const ended = before && { number: training - 1, ...before }
  guard(run, () => {
    const metrics = run.services.buffer.take(number)
    store.startTraining(study.id, number, { training, ended, metrics })
    run.inputs.listener.trainingStarted?.(number, training)
  })
}

/** Hands a training to the executor: a process here, a job elsewhere. Its end is not stored yet. */
async function train(
  run: StudyRun,
  running: RunningTrial,
  training: Training,
  limitMs: number | null,
): Promise<AttemptOutcome> {
  const { executor, resources } = run.inputs
  const { store, study } = run.session
  const { trial, start, attempt } = running
  const isFirst = training.number === 0
  const from = isFirst ? start.point() : undefined
  if (from !== undefined && 'reason' in from) return { state: 'failed', failure: from }
  attempt.isUnsettled = isFirst && start.resumesByItself
  if (from !== undefined && !attempt.isUnsettled) {
    for (const columns of start.inherited(store, study.id)) training.track.take(columns)
  }
  const execution = executor.start(
    startMessage(run, running, training, from, limitMs),
    attemptListener(run, running, training),
    resources.place(trial.number, trial.slot),
  )
  attempt.execution = execution
  if (running.isCanceled) execution.cancel()
  if (running.isSuspended) execution.suspend?.()
  training.limit = new AttemptLimit({
    specification: study.specification,
    abort: failure => execution.abort(failure),
    pid: () => running.trainerPid,
  })
  const outcome = await execution.outcome
  training.limit.clear()
  attempt.execution = null
  resources.end(trial.number)
  return outcome
}

/** What an attempt uses is stored so often while it runs: its page draws it, and a crash loses no more. */
const RESOURCES_EVERY_MS = 5_000

/** Of further trainings only the values count: nobody judges them. */
function attemptListener(
  run: StudyRun,
  running: RunningTrial,
  training: Training,
): AttemptListener {
  const { store, study } = run.session
  const { listener, resources } = run.inputs
  const { number } = running.trial
  const isFirst = training.number === 0
  let resourcesAtMs = run.session.now()
  return {
    assigned: machine => guard(run, () => store.setMachine(study.id, number, machine)),
    code: code => {
      if (running.isAbandoned || !isFirst) return
      guard(run, () => store.setAttemptCode(study.id, number, code))
    },
    started: (engine, pid) => {
      running.trainerPid = pid
      if (running.isAbandoned) return
      if (pid !== undefined) training.meter = resources.begin(number, pid, engine)
      if (engine !== null && isFirst) {
        guard(run, () => store.setAttemptEngine(study.id, number, engine))
        listener.engineKnown?.(engine, number)
      }
      trace(run, 'attemptStarted', number, running)
    },
    taken: () => training.limit?.taken(),
    metrics: columns => {
      report(run, running, training, columns)
    },
    used: usage => {
      training.meter?.take(usage, training.track.lastStep)
      const nowMs = run.session.now()
      if (nowMs - resourcesAtMs < RESOURCES_EVERY_MS || !isUnderway(run, running, training)) return
      resourcesAtMs = nowMs
      guard(run, () => {
        recordResources(run, running)
      })
    },
    costs: usage => {
      training.meter?.take(usage, training.track.lastStep)
      return training.meter?.costs ?? {}
    },
    checkpoint: checkpoint => {
      if (running.isAbandoned) return
      const { checkpoints, buffer } = run.services
      guard(run, () => {
        checkpoints.record(number, checkpoint, buffer.take(number))
        trace(run, 'checkpointRecorded', number, running)
      })
    },
    judge: async (step, value) => {
      if (!isFirst) return 'continue'
      const judged = judge(run, running, step, value)
      running.judging = Promise.all([running.judging, judged]).then(() => undefined)
      return judged
    },
  }
}

// ——— 5. Report ———

/** Metrics of a running trial. They wait for the next flush, or for whatever commits the trial before. */
function report(
  run: StudyRun,
  running: RunningTrial,
  training: Training,
  columns: MetricColumns,
): void {
  if (running.isAbandoned) return
  const { trial, attempt } = running
  const failure = malformedMetrics(columns)
  if (failure !== null) {
    attempt.execution?.abort(failure)
    return
  }
  const isFirst = training.number === 0
  const [firstStep] = columns.steps
  if (isFirst && attempt.isUnsettled && firstStep !== undefined) settle(run, running, firstStep)
  if (isFirst) running.latest.take(columns)
  training.track.take(columns)
  const isOnly = isFirst && trainingsOf(run.session.study.specification) === 1
  run.services.buffer.add(trial.number, columns, isOnly ? undefined : training.number)
  run.inputs.listener.metricsArrived?.(trial.number, columns, training.number)
  if (!isFirst) return
  trace(run, 'metricsArrived', trial.number, running)
  if (!running.isJudged) trace(run, 'judged', trial.number, running)
}

/** The first report of code that goes on by itself: what stood there before counts, later steps are void. */
function settle(run: StudyRun, { trial, start, attempt }: RunningTrial, firstStep: number): void {
  const { store, study, history } = run.session
  const { number, parameters } = trial
  attempt.isUnsettled = false
  guard(run, () => {
    if (start.settle(firstStep)) {
      store.keepMetrics(study.id, number, firstStep - 1)
      history.started(number, parameters, start.current)
      attempt.settled = run.services.search.started(number, parameters, start.current)
      attempt.settled.catch(() => undefined)
    }
    for (const columns of start.inherited(store, study.id)) attempt.first.track.take(columns)
  })
}

/** What has been reported since the last call, of all trials. */
export function flush(run: StudyRun): void {
  const batches = run.services.buffer.takeAll()
  if (batches.length === 0) return
  commitMetrics(run.session, batches)
  for (const { trialNumber } of batches) trace(run, 'metricsFlushed', trialNumber)
}

export function commitMetrics(
  { store, study }: StudyInProgress,
  batches: readonly MetricBatch[],
): void {
  store.appendMetrics(study.id, batches)
}

// ——— 6. Judge ———

/** The trainer waits for the answer. Nothing is stored of it: the reason is stored with the end of the trial. */
async function judge(
  run: StudyRun,
  running: RunningTrial,
  step: number,
  value: number,
): Promise<'continue' | 'prune'> {
  const { buffer, search } = run.services
  const { trial, start, attempt, latest } = running
  const { number } = trial
  if (!running.isJudged) return 'continue'
  try {
    await attempt.settled
    // Its own state may know of this step already: it is not to be lost.
    if (start.resumesByItself) commitMetrics(run.session, buffer.take(number))
    const decision = await search.judge(number, step, value, latest.at(step))
    // A program that prints on until it is killed is judged again; what ended it is the first decision.
    if (decision.action === 'prune') attempt.pruneReason ??= decision.reason
    trace(run, 'judged', number, running)
    return decision.action
  } catch (error) {
    if (!running.isAbandoned) fail(run, error)
    return 'prune'
  }
}

// ——— 7. End ———

/**
 * Whether a failed attempt is followed by another one: then its failure is stored, and the start of the next one.
 * @returns false: the trial ends with this failure
 */
function retry(run: StudyRun, running: RunningTrial, failure: Failure): boolean {
  const { store, study, now } = run.session
  const { trial, start } = running
  const { number } = trial
  const startsElsewhere = start.leaveLost(failure)
  const { retry: policy } = study.specification
  const mayRetry =
    startsElsewhere || shouldRetry(policy, store.trial(study.id, number).attempts, failure)
  if (!mayRetry) return false
  const span = new Span(now)
  recordResources(run, running)
  store.failAttempt(study.id, number, failure, span.startedAtMs)
  run.inputs.listener.attemptFailed?.(number, failure)
  const unsaved = run.services.buffer.take(number)
  // The next attempt counts on what code of the user has saved itself.
  if (start.resumesByItself && unsaved.length > 0) commitMetrics(run.session, unsaved)
  if (!startsElsewhere) start.moveAfter(failure)
  start.enter()
  commitAttempt(run.session, trial, start.current, span.startedAtMs)
  running.attempt = newAttempt(run.session, span)
  return true
}

/** The outcome of the last attempt becomes the result of the trial. */
async function endTrial(
  run: StudyRun,
  running: RunningTrial,
  outcome: EndedOutcome,
  trainings: EndedTrainings,
): Promise<void> {
  const end = endOfTraining(run, running.attempt, outcome, trainings)
  await finishTrial(run, running, end, trainings.lostRace !== null)
  if (outcome.state === 'failed' && outcome.failure.endsStudy === true)
    run.ending.refusal ??= outcome.failure.reason
}

/** @param isEstimate its value stands for what it would have reached */
async function finishTrial(
  run: StudyRun,
  running: RunningTrial,
  end: TrialEnd,
  isEstimate = false,
): Promise<void> {
  const { session, services, inputs } = run
  const { trial, attempt, span } = running
  const { number } = trial
  const times = attempt.span.end
  const collectedFiles = (await inputs.files?.collect(number)) ?? { artifacts: [] }
  const metrics = services.buffer.take(number)
  recordResources(run, running)
  const { state, reason, values, constraints, failure } = end
  const judged: TrialValues = { values, ...defined({ constraints }) }
  const result: TrialResult = {
    ...judged,
    ...defined({
      gradient: values.length === 0 ? undefined : attempt.first.track.gradientAt(end.bestStep),
      byAccident: isAccident(state, failure) || undefined,
      isEstimate: isEstimate || undefined,
    }),
  }
  const artifacts = [...end.artifacts, ...collectedFiles.artifacts]
  const finish = { ...end, ...collectedFiles, artifacts, metrics, ...times, trialNumber: number }
  commitTrialEnd(session, finish, result)
  // Right after the history: a search process that is opened again is told once, by the history or by this.
  const searchUpdated = services.search.finished(number, state, result)
  trace(run, 'finishCommitted', number, running)
  services.race.ended(number, end)
  services.timeShares.ended(number, end)
  await Promise.all([inputs.files?.settle(number, session.history.trials), searchUpdated])
  trace(run, 'searchUpdated', number, running)
  inputs.listener.trialFinished?.({ number, state, ...judged, reason, durationMs: span.durationMs })
}

/** The end of a trial, which never changes from now on. Event `trial.finished`. */
export function commitTrialEnd(
  { store, study, history }: StudyInProgress,
  finish: Omit<TrialFinish, 'studyId'>,
  result: TrialResult,
): void {
  store.finishTrial({ ...finish, studyId: study.id })
  history.finished(finish.trialNumber, finish.state, result)
}

/** Whether a word about a training still is one about the open attempt of its trial. */
function isUnderway(run: StudyRun, running: RunningTrial, training: Training): boolean {
  const { state } = run.session.history.trial(running.trial.number)
  return state === 'running' && !running.isAbandoned && running.attempt.first === training
}

/** While the attempt is still open in the store. */
function recordResources(run: StudyRun, { trial, attempt: { first } }: RunningTrial): void {
  const { store, study } = run.session
  const samples = first.meter?.samples ?? []
  if (samples.length > 0) store.recordResources(study.id, trial.number, samples)
}

/** A trial has let go of its slot: it has ended, or it is to wait, or the session leaves it. */
async function afterTrial(run: StudyRun, running: RunningTrial): Promise<void> {
  const { store, study, history, now } = run.session
  const { number } = running.trial
  const { state } = history.trial(number)
  if (state === 'running' && running.isSuspended && !run.ending.isSuspending) {
    flush(run)
    store.suspendTrial(study.id, number, now())
    history.interrupted(number)
    await run.services.search.finished(number, 'interrupted', { values: [] })
    run.inputs.listener.trialSuspended?.(number)
  }
  run.services.checkpoints.afterTrial(number, history.trials)
}

// ——— 8. End of the study ———

/** Running trials save what they have learned, if that is done soon; they go on from there. */
async function suspendAll(run: StudyRun): Promise<void> {
  const { running: trials } = run.slots
  run.ending.isSuspending = true
  const over = Promise.withResolvers<'over'>()
  const timer = setTimeout(() => over.resolve('over'), SUSPEND_LIMIT_MS)
  for (const running of trials.values()) suspend(running)
  while ([...trials.values()].some(canSuspend)) {
    if ((await Promise.race([over.promise, nextWake(run)])) === 'over') break
  }
  clearTimeout(timer)
  for (const running of trials.values()) abandon(running)
}

/** Saves what it has learned and lets go of its slot; the trial goes on later. */
export function suspend(running: RunningTrial): void {
  running.isSuspended = true
  running.attempt.execution?.suspend?.()
}

/** False where attempts go on without us. */
function canSuspend({ attempt: { execution } }: RunningTrial): boolean {
  return execution === null || execution.suspend !== undefined
}

/** The session ends: whatever the attempt still says is ignored; the store keeps it interrupted. */
function abandon(running: RunningTrial): void {
  running.isAbandoned = true
  const { execution } = running.attempt
  if (execution?.leave === undefined)
    execution?.abort({ class: 'killed', reason: msg('failure.sessionEnded') })
  else execution.leave()
}

/**
 * A full disk may have no room for the end either: the study then waits as far as this session knows, and the next one finds it as
 * after a kill.
 */
function endStudy(run: StudyRun, end: StudyEnd): StudyEnd {
  const { listener } = run.inputs
  try {
    flush(run)
    countElapsed(run)
    commitStudyEnd(run.session, end)
    listener.stateChanged?.(end.state, end.reason)
    return end
  } catch (error) {
    const unwritable = unwritableReason(error)
    if (unwritable === null) throw error
    const reason = run.ending.pauseReason ?? unwritable
    listener.stateChanged?.('paused', reason)
    return { state: 'paused', reason }
  }
}

/** The minutes of the study, which a stop rule counts. */
function countElapsed({ session: { store, study }, services }: StudyRun): void {
  services.clock.count(durationMs => store.addElapsed(study.id, durationMs))
}

/** Trials that run are interrupted, then the study has its new state. Events `trial.interrupted`, and that of the state. */
export function commitStudyEnd(session: StudyInProgress, { state, reason }: StudyEnd): void {
  const { store, study, now } = session
  store.interruptRunning(study.id, now())
  commitState(session, state, reason, `study.${state}`)
}

// ——— What ends a session early ———

/** Pauses at once: the machine lacks something, or is wanted for something else. */
export function hold(run: StudyRun, reason: MessageDescriptor): void {
  run.ending.pauseReason ??= reason
  run.wake()
}

/** Work that nobody waits for: what it throws ends the session. */
export function guard(run: StudyRun, work: () => void): void {
  try {
    work()
  } catch (error) {
    fail(run, error)
  }
}

/** Ends the study: something that no retry of a trial can mend. A disk without room only pauses it. */
function fail(run: StudyRun, error: unknown): void {
  const unwritable = unwritableReason(error)
  if (unwritable !== null) return hold(run, unwritable)
  run.ending.failure ??= { error }
  run.wake()
}

/** For tests that break off at each point; nothing waits for it. */
function trace(
  { inputs, services }: StudyRun,
  point: TracePoint,
  trialNumber: number,
  { trainerPid: trainer }: Partial<Pick<RunningTrial, 'trainerPid'>> = {},
): void {
  inputs.trace?.(point, trialNumber, { trainer, search: services.search.pid })
}
