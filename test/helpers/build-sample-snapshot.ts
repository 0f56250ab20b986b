import { msg, type MessageDescriptor } from '../../src-main/core/errors/message.ts'
import type { EngineInfo } from '../../src-main/core/machine/engine.ts'
import type { EventRecord } from '../../src-main/core/study/events.ts'
import { metricToJson } from '../../src-main/core/trial/metric-value.ts'
import { isNumeric, numericDomain } from '../../src-main/core/study/numeric-domain.ts'
import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'
import { stepGridValue } from '../../src-main/core/study/step-grid.ts'
import { noLabels, type StudySnapshot, type StudyState } from '../../src-main/core/study/study.ts'
import {
  studySpecificationSchema,
  type Goal,
  type StudySpecificationInput,
} from '../../src-main/core/study/study-specification.ts'
import type {
  AttemptRecord,
  Curve,
  Failure,
  ParameterValue,
  TrialRecord,
  TrialState,
} from '../../src-main/core/trial/trial.ts'

/** What a made-up study consists of; everything has a default. */
export interface SampleOptions {
  readonly seed?: number
  readonly name?: string
  readonly state?: StudyState
  readonly reason?: MessageDescriptor | null
  readonly trials?: number
  readonly epochs?: number
  readonly parallelTrials?: number
  readonly goals?: readonly Goal[]
  readonly space?: SpaceSpecification
  readonly objective?: StudySpecificationInput['objective']
  readonly chooseState?: (trialNumber: number, random: () => number) => TrialState
  readonly chooseValue?: (quality: number, goal: number, trialNumber: number) => number
  readonly constraints?: StudySpecificationInput['constraints']
  readonly chooseConstraints?: (quality: number, trialNumber: number) => readonly number[]
  readonly failure?: Failure
  readonly reports?: boolean
}

const startMs = Date.UTC(2026, 10, 24, 8, 0, 0)

const engine: EngineInfo = {
  name: 'wasm',
  device: 'WebAssembly SIMD',
  threads: 1,
  versions: { '@tensorflow/tfjs-core': '4.22.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' },
}

const imageSpace: SpaceSpecification = {
  learningRate: { float: [1e-4, 1e-1], log: true },
  units: { int: [16, 256], step: 16 },
  optimizer: { choice: ['sgd', 'adam'] },
  momentum: { float: [0, 0.99], when: { optimizer: 'sgd' } },
  width: { ordinal: ['small', 'medium', 'large'] },
  dropout: { float: [0, 0.5], step: 0.1 },
  epochs: { fixed: 20 },
}

/** A study of any size; 1,000 trials of 20 epochs take well under a second. */
export function buildSampleSnapshot(options: SampleOptions = {}): StudySnapshot {
  const random = createRandom(options.seed ?? 7)
  const parallelTrials = options.parallelTrials ?? 2
  const trialCount = options.trials ?? 50
  const goals = options.goals ?? [{ metric: 'validationAccuracy', direction: 'maximize' }]
  const specification = studySpecificationSchema.parse({
    name: options.name ?? 'mnist-cnn',
    objective: options.objective ?? { task: 'image', data: { source: 'mnist', train: 10_000 } },
    goals: [...goals],
    constraints: options.constraints ?? [],
    space: options.space ?? imageSpace,
    sampler: { name: 'random' },
    pruner: { name: 'median', startupTrials: 5 },
    stop: { trials: Math.max(trialCount, 1), minutes: 10 },
    parallelTrials,
    seed: options.seed ?? 7,
  } satisfies StudySpecificationInput)
  const slotFreeMs = Array.from({ length: parallelTrials }, () => startMs)
  const trials: TrialRecord[] = []
  for (let number = 0; number < trialCount; number++) {
    trials.push(buildTrial(number, options, specification.space, goals, slotFreeMs, random))
  }
  const best = bestNumber(trials, goals[0]?.direction ?? 'maximize')
  return {
    study: {
      id: 1,
      name: specification.name,
      state: options.state ?? 'finished',
      reason:
        options.reason === undefined
          ? msg('ending.trialsDone', { trials: trialCount })
          : options.reason,
      specification,
      source: studySource(specification.name),
      environment: {
        tunewright: '0.1.0',
        node: '24.21.0',
        sqlite: '3.53.0',
        platform: 'linux x64',
        cpu: 'Example CPU @ 3.00 GHz',
        cores: 2,
        memoryBytes: 16 * 1024 ** 3,
      },
      dataset:
        options.reports === false
          ? null
          : { contentHash: 'ab'.repeat(32), rows: 10_000, classes: 10 },
      createdAtMs: startMs,
      elapsedMs: Math.max(...slotFreeMs) - startMs,
      labels: noLabels,
      trialViews: [],
    },
    trials,
    events: buildEvents(trials),
    artifacts: [],
    winner:
      best === null || options.reports === false
        ? null
        : {
            trialNumber: best,
            evaluatedAtMs: Math.max(...slotFreeMs),
            metrics: { testAccuracy: 0.9712, testLoss: 0.0981 },
            looks: { before: 0, total: 1, studies: 1 },
          },
  }
}

function buildTrial(
  number: number,
  options: SampleOptions,
  space: SpaceSpecification,
  goals: readonly Goal[],
  slotFreeMs: number[],
  random: () => number,
): TrialRecord {
  const epochs = options.epochs ?? 20
  const state = (options.chooseState ?? defaultState)(number, random)
  const parameters = drawParameters(space, random)
  const quality = 0.55 + 0.43 * Math.sqrt(random()) * (1 - 0.3 * Math.exp(-number / 10))
  const ran = state === 'complete' ? epochs : 1 + Math.floor(random() * epochs * 0.5)
  const slot = slotFreeMs.indexOf(Math.min(...slotFreeMs))
  const startedAtMs = slotFreeMs[slot] ?? startMs
  const durationMs = Math.round(ran * (200 + 500 * random()))
  const open = state === 'running' || state === 'interrupted'
  slotFreeMs[slot] = startedAtMs + durationMs + 40
  const reached = state === 'pruned' ? quality * (0.5 + 0.4 * random()) : quality
  const value = (goal: number): number =>
    options.chooseValue === undefined ? reached : options.chooseValue(quality, goal, number)
  const failure = state === 'failed' ? (options.failure ?? sampleFailure(number)) : null
  const attempt: AttemptRecord = {
    number: 1,
    state,
    slot,
    engine,
    startedAtMs,
    finishedAtMs: open ? null : startedAtMs + durationMs,
    failure,
  }
  const retried = state === 'complete' && number % 17 === 5 && durationMs > 100
  const retryAtMs = startedAtMs + Math.round(durationMs / 4)
  return {
    number,
    state,
    parameters,
    provenance: { sampler: 'random', reason: msg('proposal.random') },
    seed: Math.floor(random() * 2 ** 32),
    values: state === 'complete' || state === 'pruned' ? goals.map((_, goal) => value(goal)) : [],
    ...(options.chooseConstraints !== undefined && (state === 'complete' || state === 'pruned')
      ? { constraints: options.chooseConstraints(quality, number) }
      : {}),
    bestStep: options.reports === false || state === 'failed' ? null : Math.max(0, ran - 2),
    lastStep: options.reports === false ? null : ran - 1,
    reason: state === 'pruned' ? msg('pruning.allNan', { step: ran - 1 }) : null,
    startedAtMs,
    finishedAtMs: open ? null : startedAtMs + durationMs,
    attempts: retried
      ? [
          {
            ...attempt,
            state: 'failed',
            finishedAtMs: retryAtMs,
            failure: {
              class: 'killed',
              reason: msg('failure.trainerSignal', { signal: 'SIGKILL' }),
            },
          },
          { ...attempt, number: 2, startedAtMs: retryAtMs + 50 },
        ]
      : [attempt],
    metrics: options.reports === false ? {} : buildCurves(goals, ran, value(0), random),
  }
}

function defaultState(_number: number, random: () => number): TrialState {
  const draw = random()
  return draw < 0.68 ? 'complete' : draw < 0.93 ? 'pruned' : 'failed'
}

const diverged = { metric: 'trainLoss', value: 'NaN', step: 3 }

function sampleFailure(number: number): Failure {
  return number % 2 === 0
    ? { class: 'nonFinite', reason: msg('error.training.nonFinite', diverged) }
    : { class: 'timeout', reason: msg('failure.trialTimeLimit', { limitMs: 300_000 }) }
}

function drawParameters(
  space: SpaceSpecification,
  random: () => number,
): Record<string, ParameterValue> {
  const drawn = new Map<string, ParameterValue>()
  for (const [name, parameter] of Object.entries(space)) {
    const active = Object.entries(parameter.when ?? {}).every(([parent, wanted]) =>
      (Array.isArray(wanted) ? wanted : [wanted]).includes(drawn.get(parent) as ParameterValue),
    )
    if (!active) continue
    if ('float' in parameter || 'int' in parameter) {
      const [low, high] = 'float' in parameter ? parameter.float : parameter.int
      const raw = parameter.log
        ? Math.exp(Math.log(low) + random() * (Math.log(high) - Math.log(low)))
        : low + random() * (high - low)
      const step = parameter.step ?? ('int' in parameter ? 1 : null)
      drawn.set(
        name,
        step === null ? raw : stepGridValue({ low, high, step }, Math.round((raw - low) / step)),
      )
    } else if (isNumeric(parameter)) {
      const { low, high } = numericDomain(parameter)
      drawn.set(name, low + random() * (high - low))
    } else if ('fixed' in parameter) {
      drawn.set(name, parameter.fixed)
    } else {
      const values = 'choice' in parameter ? parameter.choice : parameter.ordinal
      drawn.set(name, values[Math.floor(random() * values.length)] ?? '')
    }
  }
  return Object.fromEntries(drawn)
}

function buildCurves(
  goals: readonly Goal[],
  epochs: number,
  final: number,
  random: () => number,
): Record<string, Curve> {
  const steps = Array.from({ length: epochs }, (_, step) => step)
  const rate = 0.15 + 0.5 * random()
  const curve = (at: (progress: number) => number): Curve => ({
    steps,
    values: steps.map(step => at(1 - Math.exp(-rate * (step + 1)))),
  })
  const metric = goals[0]?.metric ?? 'value'
  const bestStep = Math.max(0, epochs - 2)
  const falls = goals[0]?.direction === 'minimize'
  /** 1 at the best step, worse before and after it. */
  const share = (step: number): number => {
    if (step > bestStep) return falls ? 1.01 : 0.99
    const progress = (1 - Math.exp(-rate * (step + 1))) / (1 - Math.exp(-rate * (bestStep + 1)))
    return falls ? 3 - 2 * progress : progress
  }
  return {
    [metric]: { steps, values: steps.map(step => final * share(step)) },
    trainLoss: curve(progress => 2.3 - 2.2 * progress + 0.02 * random()),
    validationLoss: curve(progress => 2.3 - 2.0 * progress + 0.08 * random()),
  }
}

function buildEvents(trials: readonly TrialRecord[]): EventRecord[] {
  const events: EventRecord[] = [
    { id: 1, atMs: startMs, kind: 'study.created', trialNumber: null, detail: {} },
  ]
  if (trials.length === 0) return events
  events.push({ id: 2, atMs: startMs, kind: 'study.started', trialNumber: null, detail: {} })
  for (const { number, startedAtMs, finishedAtMs, state, values, attempts } of trials) {
    const id = events.length + 1
    const begun = { attempt: 1, slot: attempts[0]?.slot ?? 0 }
    events.push({
      id,
      atMs: startedAtMs,
      kind: 'trial.started',
      trialNumber: number,
      detail: begun,
    })
    if (finishedAtMs === null) continue
    const ended = { state, values: values.map(metricToJson) }
    events.push({
      id: id + 1,
      atMs: finishedAtMs,
      kind: 'trial.finished',
      trialNumber: number,
      detail: ended,
    })
  }
  return events
}

function bestNumber(trials: readonly TrialRecord[], direction: Goal['direction']): number | null {
  const sign = direction === 'minimize' ? 1 : -1
  const ranked = trials
    .filter(trial => trial.state === 'complete' && Number.isFinite(trial.values[0]))
    .sort((a, b) => sign * ((a.values[0] ?? 0) - (b.values[0] ?? 0)))
  return ranked[0]?.number ?? null
}

function studySource(name: string): string {
  return `# written by hand\nname: ${JSON.stringify(name)}\nobjective:\n  task: image\n`
}

/** A small generator (Weyl sequence through a mixing function); good enough for pictures. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}
