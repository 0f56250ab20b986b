import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import path from 'node:path'
import type { TrainingPosition, SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import { classifyFailure } from '../../core/errors/classify-failure.ts'
import { AppError } from '../../core/errors/errors.ts'
import { fitsAnother } from '../../core/study/time-share.ts'
import { goalValues, isCostMetric, type Costs } from '../../core/trial/cost-metrics.ts'
import { defined } from '../../core/values/json.ts'
import { modelKinds } from '../../core/models/stored-model.ts'
import { predictionKind } from '../../core/models/stored-predictions.ts'
import { metricRow } from '../../core/trial/metric-value.ts'
import type { Asker, AttemptOwner, Handlers } from '../../core/processes/process-apis.ts'
import type { ProcessUsage } from '../../core/trial/resources.ts'
import type {
  AttemptCheckpoints,
  AttemptOutcome,
  PrepareMessage,
  Preparation,
  StartMessage,
  SteerMessage,
  TestMessage,
  TestResult,
  WrittenArtifact,
} from '../../core/processes/trainer-protocol.ts'
import { readCheckpointFile, writeCheckpointFile } from '../models/checkpoint-file.ts'
import { writeModelFile } from '../models/model-file.ts'
import { writePredictionsFile } from '../models/predictions-file.ts'
import { writeWeightsFile } from '../models/weights-file.ts'
import type {
  CheckpointHost,
  ObjectiveHost,
  ObjectiveResult,
  StartingCheckpoint,
  TrainingCheckpoint,
} from '../../training/objectives/objective-host.ts'
import { AttemptCosts, processUsage } from './attempt-costs.ts'
import { RowBatch } from './row-batch.ts'
import { prepareObjective } from './prepare-objective.ts'
import type { PreparedObjective } from './prepared-objective.ts'

/** Between two looks at the message queue a training may keep the event loop this long. */
const YIELD_EVERY_MS = 20

interface CheckpointSaverOptions {
  /** Null: nothing is saved but what the attempt starts from is there. */
  readonly settings: AttemptCheckpoints | null
  readonly start: StartingCheckpoint | null
  /** Milliseconds that only rise. */
  readonly now: () => number
  /** Whether the attempt was canceled: what it has learned is not wanted. */
  readonly isCanceled: () => boolean
  /** Told of every whole checkpoint but the one at the end. */
  readonly saved: (checkpoint: SavedCheckpoint) => void
}

/**
 * Decides when a training hands over a checkpoint, and writes it. The one where the attempt ends is not announced: it
 * travels with the outcome, so that a trial that was killed between the two never goes on beyond its own end.
 */
class CheckpointSaver implements CheckpointHost {
  readonly start: StartingCheckpoint | null
  readonly #options: CheckpointSaverOptions
  #lastMs: number
  #batches = 0
  #wasAsked = false
  #suspension: 'none' | 'asked' | 'done' = 'none'
  #end: SavedCheckpoint | null = null

  constructor(options: CheckpointSaverOptions) {
    this.#options = options
    this.start = options.start
    this.#lastMs = options.now()
  }

  /** The training stops once it has saved; at once if it never saves. */
  suspend(): void {
    if (this.#suspension === 'none') this.#suspension = 'asked'
  }

  /** Whether a suspended training has nothing left to do. */
  get mayStop(): boolean {
    if (this.#suspension === 'asked') return this.#options.settings === null || !this.#wasAsked
    return this.#suspension === 'done'
  }

  /** Written where the attempt ended; null if it wrote none there. */
  get end(): SavedCheckpoint | null {
    return this.#end
  }

  isDue({ step, batch }: TrainingPosition, isEnd: boolean): boolean {
    const { settings, now, isCanceled } = this.#options
    this.#wasAsked = true
    this.#batches++
    if (settings === null || isCanceled()) return false
    if (isEnd) return settings.atEnd
    if (this.#suspension === 'asked') return true
    const { everySeconds, everyEpochs, everySteps } = settings
    if (everySeconds !== null && now() - this.#lastMs >= everySeconds * 1_000) return true
    if (everySteps !== null && this.#batches % everySteps === 0) return true
    return everyEpochs !== null && batch === 0 && step % everyEpochs === 0
  }

  async save(
    position: TrainingPosition,
    isEnd: boolean,
    checkpoint: TrainingCheckpoint,
  ): Promise<void> {
    const { settings, now, saved } = this.#options
    if (settings === null) return
    const { step, batch } = position
    const file = path.join(settings.directory, `${step}-${batch}.safetensors`)
    const written = await writeCheckpointFile(file, checkpoint)
    const record: SavedCheckpoint = { step, batch, path: file, ...written }
    this.#lastMs = now()
    if (isEnd) this.#end = record
    else saved(record)
    if (this.#suspension === 'asked') this.#suspension = 'done'
  }
}

/** The first step of a training may take so many times its limit before it is given up. */
const PATIENCE_FOR_FIRST_STEP = 2

/** Whether the steps of a training still fit into its time; the clock begins with it. */
class StepLimit {
  readonly #limitMs: number
  readonly #startedAtMs = performance.now()
  #steps = 0

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAtMs
  }

  stepDone(): void {
    this.#steps++
  }

  /** Another step would not fit. */
  get isReached(): boolean {
    const { elapsedMs } = this
    return this.#steps > 0 && !fitsAnother({ elapsedMs, done: this.#steps, limitMs: this.#limitMs })
  }

  /** Nothing is learned yet, and it takes far too long. */
  get isHopeless(): boolean {
    return this.#steps === 0 && this.elapsedMs > PATIENCE_FOR_FIRST_STEP * this.#limitMs
  }
}

/** The attempt that runs. */
class Attempt {
  readonly start: StartMessage
  readonly owner: Asker<AttemptOwner>
  readonly rows: RowBatch
  /** Whether it waits for a judgment of every step. */
  isJudged: boolean
  readonly costs = new AttemptCosts()
  canceled = false
  pruned = false
  readonly limit: StepLimit | null
  suspended = false
  /** Ends the wait for a judgment. */
  judgment: ((action: 'continue' | 'prune') => void) | null = null
  /** Null until what it starts from is read. */
  saver: CheckpointSaver | null = null
  wakeUp: (() => void) | null = null
  steered: (what: 'cancel' | 'suspend') => void = () => undefined

  constructor(start: StartMessage, owner: Asker<AttemptOwner>) {
    this.start = start
    this.owner = owner
    this.rows = new RowBatch(columns => owner.notify('metrics', columns))
    this.isJudged = start.unjudged !== true
    this.limit = start.limitMs === undefined ? null : new StepLimit(start.limitMs)
  }
}

/**
 * The work of a trainer process: prepare once, then run one attempt (or one test) at a time. Free of process globals, so that
 * tests drive it directly.
 */
export class TrainerSession implements Handlers<'trainer'> {
  readonly #beat: (usage: ProcessUsage) => void
  #objective: PreparedObjective | null = null
  #attempt: Attempt | null = null

  /** @param beat tells what this process uses */
  constructor(beat: (usage: ProcessUsage) => void) {
    this.#beat = beat
  }

  readonly prepare = async (message: PrepareMessage): Promise<Preparation> => {
    try {
      this.#objective = await prepareObjective(message)
      return { ok: true, engine: this.#objective.engine }
    } catch (error) {
      return { ok: false, failure: classifyFailure(error) }
    }
  }

  readonly run = async (
    start: StartMessage,
    owner: Asker<AttemptOwner>,
  ): Promise<AttemptOutcome> => {
    const attempt = new Attempt(start, owner)
    this.#attempt = attempt
    // Its use is counted from here.
    if (this.#objective?.reportsCosts === true) this.#beat(processUsage())
    const outcome = await this.#outcome(attempt)
    attempt.rows.flush()
    this.#attempt = null
    return outcome
  }

  readonly test = async (message: TestMessage): Promise<TestResult> => {
    try {
      return { ok: true, metrics: await this.#ready().test(message) }
    } catch (error) {
      return { ok: false, failure: classifyFailure(error) }
    }
  }

  /** Steering meant for another attempt changes nothing. */
  readonly steer = ({ attemptId, what }: SteerMessage): null => {
    if (attemptId === this.#attempt?.start.attemptId) this.#steer(this.#attempt, what)
    return null
  }

  async #outcome(attempt: Attempt): Promise<AttemptOutcome> {
    const { start } = attempt
    try {
      const objective = this.#ready()
      const counts = objective.reportsCosts === true
      const goals = counts ? start.goals.filter(goal => !isCostMetric(goal.metric)) : start.goals
      let saver: CheckpointSaver
      try {
        saver = await this.#saverFor(attempt)
      } catch (error) {
        return { state: 'failed', failure: { ...classifyFailure(error), lostCheckpoint: true } }
      }
      attempt.saver = saver
      if (attempt.suspended) saver.suspend()
      const result = await objective.train({ ...start, goals }, this.#host(attempt, saver))
      if (result.endedUnstopped === true && start.isFirstOfSeveral !== true) attempt.pruned = false
      const costs = counts ? await this.#measure(attempt, result) : {}
      if (attempt.pruned) return { state: 'pruned', ...endOf(saver, result) }
      if (attempt.canceled) return { state: 'canceled' }
      const { limit } = attempt
      if (!result.finished && limit?.isHopeless === true && !attempt.suspended)
        return { state: 'pruned', noStepInMs: limit.elapsedMs }
      if (!result.finished) return { state: attempt.suspended ? 'suspended' : 'canceled' }
      return {
        state: 'complete',
        values: goalValues(start.goals, result.best, costs),
        bestStep: result.best?.step ?? null,
        ...(result.cutShort === true ? defined({ cutAtStep: result.last?.step }) : {}),
        artifacts: await this.#keepFiles(start, result),
        ...endOf(saver, result),
      }
    } catch (error) {
      return { state: 'failed', failure: classifyFailure(error) }
    }
  }

  /** Reports what the attempt has cost, at its last step. */
  async #measure(attempt: Attempt, result: ObjectiveResult): Promise<Costs> {
    // Its size is that of the whole trial, which goes on.
    const isResumable = attempt.suspended && !attempt.pruned && !result.finished
    const attemptCosts = { ...attempt.costs.read(), ...(isResumable ? {} : result.size) }
    const all = {
      ...attemptCosts,
      ...(await attempt.owner.ask('costs', processUsage())),
      ...(isResumable || !result.finished ? {} : await this.#latency(attempt, result)),
    }
    const step = result.last?.step
    attempt.rows.flush()
    if (step !== undefined) attempt.owner.notify('metrics', metricRow(step, all))
    return all
  }

  /** Measured where the study looks at it. */
  async #latency({ start }: Attempt, result: ObjectiveResult): Promise<Costs> {
    if (start.measuresLatency !== true) return {}
    return (await this.#objective?.latency?.(result)) ?? {}
  }

  /** @throws AppError where the checkpoint that the attempt starts from cannot be used */
  async #saverFor(attempt: Attempt): Promise<CheckpointSaver> {
    const { checkpoints: settings = null, from } = attempt.start
    const start =
      from === undefined || this.#objective?.keepsOwnState === true
        ? null
        : { mode: from.mode, checkpoint: await readCheckpointFile(from.path, from.sha256) }
    return new CheckpointSaver({
      settings,
      start,
      now: () => performance.now(),
      isCanceled: () => attempt.canceled,
      saved: checkpoint => {
        attempt.rows.flush()
        attempt.owner.notify('checkpoint', checkpoint)
      },
    })
  }

  #ready(): PreparedObjective {
    if (this.#objective !== null) return this.#objective
    const rule = msg('rule.after', { message: 'prepare' })
    throw new AppError('protocol.invalid', { from: 'main', field: 'type', value: 'start', rule })
  }

  #steer(attempt: Attempt, what: SteerMessage['what']): void {
    // A program of the user cannot save here; what it has saved itself it finds again.
    if (what === 'judge') {
      attempt.isJudged = true
      return
    }
    if (what === 'suspend') {
      attempt.suspended = true
      attempt.saver?.suspend()
    } else {
      attempt.canceled = true
      attempt.judgment?.('prune')
    }
    // After the marks: its end is told as asked, also where telling the program throws.
    attempt.steered(what)
    attempt.wakeUp?.()
  }

  #host(attempt: Attempt, saver: CheckpointSaver): ObjectiveHost {
    const { goals, untilStep, isFirstOfSeveral = false } = attempt.start
    let lastYieldMs = performance.now()
    const proceed = (): 'continue' | 'stop' =>
      attempt.canceled || attempt.pruned || saver.mayStop || attempt.limit?.isHopeless === true
        ? 'stop'
        : 'continue'
    const yieldNow = async (): Promise<'continue' | 'stop'> => {
      if (performance.now() - lastYieldMs >= YIELD_EVERY_MS) {
        await new Promise(resolve => setImmediate(resolve))
        attempt.costs.look()
        lastYieldMs = performance.now()
      }
      return proceed()
    }
    const endOfStep = (answer: 'continue' | 'stop'): 'continue' | 'finish' | 'stop' =>
      answer === 'continue' && attempt.limit?.isReached === true ? 'finish' : answer
    return {
      yieldNow,
      checkpoints: saver,
      ...defined({ untilStep }),
      report: async (step, metrics, isLast = false) => {
        attempt.rows.add(step, metrics)
        attempt.limit?.stepDone()
        if (!attempt.isJudged) return yieldNow().then(endOfStep)
        attempt.rows.flush()
        const value = goals[0] === undefined ? undefined : ownValue(metrics, goals[0].metric)
        if (value !== undefined && !attempt.canceled) {
          const action = await judged(attempt, step, value)
          if (action === 'prune' && !attempt.canceled && (!isLast || isFirstOfSeveral))
            attempt.pruned = true
        }
        return yieldNow().then(endOfStep)
      },
      taken: () => attempt.owner.notify('taken', null),
      code: code => attempt.owner.notify('code', code),
      steered: listener => {
        attempt.steered = listener
      },
      wait: async durationMs => {
        if (durationMs <= 0 || attempt.canceled) return
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, durationMs)
          attempt.wakeUp = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        attempt.wakeUp = null
      },
    }
  }

  async #keepFiles(
    start: StartMessage,
    result: ObjectiveResult,
  ): Promise<readonly WrittenArtifact[]> {
    const { artifactDirectory, fold = 0 } = start
    const artifacts = await keepPredictions(start, result)
    if (artifactDirectory === null || result.weights === undefined) return artifacts
    const kinds = modelKinds(fold)
    const { best, last } = result.weights
    // Nobody goes on from the last step of another fold.
    const weightsByKind = { [kinds.weights]: best, ...(fold === 0 ? { 'weights.last': last } : {}) }
    for (const [kind, weights] of Object.entries(weightsByKind)) {
      const file = path.join(artifactDirectory, `${kind}.safetensors`)
      artifacts.push({ kind, path: file, ...(await writeWeightsFile(file, weights)) })
    }
    if (result.model !== undefined) {
      const file = path.join(artifactDirectory, `${kinds.model}.json`)
      const written = await writeModelFile(file, result.model)
      artifacts.push({ kind: kinds.model, path: file, ...written })
    }
    return artifacts
  }
}

/** Those of every fold, so that together they are predictions for rows that no model has learned from. */
async function keepPredictions(
  { predictionDirectory, fold = 0 }: StartMessage,
  { predictions, model }: ObjectiveResult,
): Promise<WrittenArtifact[]> {
  if (predictionDirectory === undefined || predictions === undefined || model === undefined)
    return []
  const kind = predictionKind(fold)
  const file = path.join(predictionDirectory, `${kind}.safetensors`)
  const written = await writePredictionsFile(file, predictions, model.outputs)
  return written === null ? [] : [{ kind, path: file, ...written }]
}

function endOf(
  { end }: CheckpointSaver,
  { checkpoint = end ?? undefined }: ObjectiveResult,
): { readonly checkpoint?: SavedCheckpoint } {
  return checkpoint === undefined ? {} : { checkpoint }
}

/** The owner's word on the step; a cancel ends the wait. */
async function judged(
  attempt: Attempt,
  step: number,
  value: number,
): Promise<'continue' | 'prune'> {
  const canceled = new Promise<'continue' | 'prune'>(resolve => {
    attempt.judgment = resolve
  })
  const action = await Promise.race([attempt.owner.ask('judge', { step, value }), canceled])
  attempt.judgment = null
  return action
}
