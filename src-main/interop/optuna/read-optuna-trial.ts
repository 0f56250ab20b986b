import type { ImportNote } from '../../core/study/import-note.ts'
import type { ImportedTrial } from '../../core/study/imported-study.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import { msg, messageSchema, verbatim, type MessageDescriptor } from '../../core/errors/message.ts'
import { bestReport } from '../../core/trial/ranking.ts'
import { setOwnValue } from '../../core/values/named-values.ts'
import { decodeMetricJson } from '../../core/trial/metric-value.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import {
  type Assignment,
  type Curve,
  type Failure,
  failureClasses,
  finishedTrialStates,
  type FinishedTrialState,
  type ParameterValue,
} from '../../core/trial/trial.ts'
import { deriveSeed } from '../../math/random/stream.ts'
import type { InferredParameter } from './infer-space.ts'
import { decodeOptunaValue, type OptunaTrial } from './optuna-rows.ts'
import { readOptunaTime } from './optuna-time.ts'
import { ownTrialKeys } from './own-attributes.ts'
import { parsePythonJson } from '../python-json.ts'
import { isPlain } from './distribution.ts'

/** Attributes larger than this stay behind; they are nobody's label. */
const LARGEST_ATTRIBUTE = 20_000

/** Values of the constraints in the form of Optuna 4; empty where there are none. */
export function listedConstraints(
  attributes: OptunaTrial['systemAttributes'],
): readonly JsonValue[] {
  const list = parsePythonJson(attributes['constraints'] ?? '[]')
  return Array.isArray(list) ? (list as readonly JsonValue[]) : []
}

/** Values of the constraints; a trial without one is not allowed, as in Optuna. */
function readConstraints(
  { systemAttributes }: OptunaTrial,
  names: readonly string[],
  storedConstraints: JsonValue | undefined,
): readonly number[] {
  if (Array.isArray(storedConstraints) && storedConstraints.length === names.length)
    return storedConstraints.map(decodeMetricJson)
  const list = listedConstraints(systemAttributes)
  return names.map((name, index) => {
    const text = systemAttributes[`constraints:${name}`]
    return decodeMetricJson(text === undefined ? list[index] : parsePythonJson(text))
  })
}

/** Parameters that the trial had, and for one that has not ended, those that are fixed for it. */
export function readParameters(
  trial: OptunaTrial,
  space: ReadonlyMap<string, InferredParameter>,
  names: ReadonlyMap<string, string>,
): Assignment {
  const values: Record<string, ParameterValue> = {}
  for (const parameter of trial.parameters) {
    const inferred = space.get(parameter.name)
    if (inferred !== undefined) {
      setOwnValue(values, names.get(parameter.name) ?? '', inferred.value(parameter))
    }
  }
  const fixed = parsePythonJson(trial.systemAttributes['fixed_params'] ?? '{}')
  const ended = trial.state !== 'WAITING' && trial.state !== 'RUNNING'
  if (ended || typeof fixed !== 'object' || fixed === null) return values
  for (const [name, value] of Object.entries(fixed)) {
    const parameterName = names.get(name)
    if (parameterName !== undefined && isPlain(value)) setOwnValue(values, parameterName, value)
  }
  return values
}

export interface TrialContext {
  readonly parameters: Assignment
  readonly goals: readonly Goal[]
  readonly constraints: readonly string[]
  readonly notes: ImportNote[]
}

/** A trial as it is here; what could not be taken over is said in the notes. */
export function readTrial(trial: OptunaTrial, context: TrialContext): ImportedTrial {
  const { goals, constraints, notes, parameters } = context
  const { number, userAttributes: user } = trial
  const noted = usersAttributes(user)
  const [goal] = goals as [Goal]
  const ownAttribute = (key: keyof typeof ownTrialKeys): JsonValue | undefined => {
    const text = user[ownTrialKeys[key]]
    return text === undefined ? undefined : parsePythonJson(text)
  }
  const curve = readCurve(trial, notes)
  const ownEnd = readOwnEnd(trial, ownAttribute('state'), ownAttribute('values'), goals.length)
  const values = ownEnd?.values ?? trial.values.map(decodeOptunaValue)
  let state: ImportedTrial['state'] = ownEnd?.state ?? states[trial.state]
  if (
    ownEnd === null &&
    state === 'complete' &&
    (values.length !== goals.length || values.some(Number.isNaN))
  ) {
    notes.push({ code: 'valuesMissing', trial: number })
    state = 'failed'
  }
  const ownStep = ownAttribute('bestStep')
  // Without one of its own, a trial of this program had none.
  const bestStep =
    ownAttribute('state') === undefined
      ? bestStepOf(curve, goal)
      : typeof ownStep === 'number' && curve.steps.includes(ownStep)
        ? ownStep
        : null
  const judged =
    state === 'complete' || ownEnd !== null
      ? values
      : state === 'pruned'
        ? prunedValues(curve, bestStep, goals)
        : []
  const startedAtMs = readOptunaTime(trial.start ?? '') ?? readOptunaTime(trial.complete ?? '') ?? 0
  const finishedAtMs = readOptunaTime(trial.complete ?? '') ?? startedAtMs
  const seed = ownAttribute('seed')
  const sampler = ownAttribute('sampler')
  return {
    number,
    state,
    parameters,
    provenance: {
      sampler: typeof sampler === 'string' ? sampler.slice(0, 120) : 'optuna',
      reason:
        readOwnMessage(ownAttribute('proposal')) ??
        msg('proposal.byProgram', { program: 'Optuna' }),
      ...(noted === null ? {} : { detail: { userAttributes: noted } }),
    },
    seed:
      typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32
        ? seed
        : deriveSeed({ seed: 0, number, purpose: 'trial' }),
    values: judged,
    ...(judged.length === 0 || constraints.length === 0
      ? {}
      : { constraints: readConstraints(trial, constraints, ownAttribute('constraints')) }),
    ...(user['excluded'] === 'true' && ownAttribute('state') !== undefined
      ? { excluded: true as const }
      : {}),
    bestStep,
    reason:
      readOwnMessage(ownAttribute('reason')) ??
      (state === 'pruned' ? msg('pruning.byProgram', { program: 'Optuna' }) : null),
    failure: state === 'failed' ? readFailure(trial) : null,
    startedAtMs,
    finishedAtMs: Math.max(startedAtMs, finishedAtMs),
    metrics: {
      ...(curve.steps.length === 0 ? {} : { [goal.metric]: curve }),
      ...otherCurves(user, goal.metric),
    },
  }
}

/** The end that this program wrote where Optuna's states and values cannot say it; null where there is none. */
function readOwnEnd(
  trial: OptunaTrial,
  state: JsonValue | undefined,
  values: JsonValue | undefined,
  goals: number,
): { readonly state: FinishedTrialState; readonly values: readonly number[] } | null {
  if (trial.state !== 'FAIL' && trial.state !== 'PRUNED') return null
  const finishedState = finishedTrialStates.find(name => name === state)
  const numbers = Array.isArray(values) ? values.map(decodeMetricJson) : []
  if (finishedState === undefined) return null
  const fits =
    finishedState === 'complete'
      ? numbers.length === goals
      : finishedState === 'pruned'
        ? numbers.length <= goals
        : numbers.length === 0
  return fits ? { state: finishedState, values: numbers } : null
}

const states = {
  COMPLETE: 'complete',
  PRUNED: 'pruned',
  FAIL: 'failed',
  RUNNING: 'interrupted',
  WAITING: 'interrupted',
} as const

const LARGEST_STEP = 2 ** 31 - 1

function readCurve({ number, intermediate }: OptunaTrial, notes: ImportNote[]): Curve {
  const validReports = intermediate
    .filter(({ step }) => Number.isInteger(step) && step >= 0 && step <= LARGEST_STEP)
    .toSorted((a, b) => a.step - b.step)
  if (validReports.length < intermediate.length) {
    const count = intermediate.length - validReports.length
    notes.push({ code: 'stepsLeftOut', trial: number, count, largest: LARGEST_STEP })
  }
  return {
    steps: validReports.map(({ step }) => step),
    values: validReports.map(decodeOptunaValue),
  }
}

function bestStepOf({ steps, values }: Curve, { direction }: Goal): number | null {
  const reports = values.map((value, index) => ({ step: steps[index] as number, value }))
  const best = bestReport(reports, direction)
  return best === null || Number.isNaN(best.value) ? null : best.step
}

function prunedValues(curve: Curve, bestStep: number | null, goals: readonly Goal[]): number[] {
  if (bestStep === null || goals.length > 1) return []
  const value = curve.values[curve.steps.indexOf(bestStep)]
  return value === undefined ? [] : [value]
}

function readFailure({ userAttributes: user, systemAttributes: system }: OptunaTrial): Failure {
  const kind = parsePythonJson(user[ownTrialKeys.failureClass] ?? '""')
  const text = user['fail_reason'] ?? system['fail_reason']
  const message = text === undefined ? undefined : parsePythonJson(text)
  return {
    class: failureClasses.find(name => name === kind) ?? 'code',
    reason:
      readOwnMessage(parsePythonJson(user[ownTrialKeys.failure] ?? 'null')) ??
      (typeof message === 'string'
        ? verbatim(message.slice(0, 10_000))
        : msg('failure.failedInOptuna')),
  }
}

/** As this program wrote it: with its text, or as a sentence. */
function readOwnMessage(value: unknown): MessageDescriptor | null {
  if (typeof value === 'string') return verbatim(value.slice(0, 1_000))
  if (typeof value !== 'object' || value === null) return null
  const { text: _, ...withoutText } = value as { readonly text?: unknown }
  const parsed = messageSchema.safeParse(withoutText)
  return parsed.success && JSON.stringify(withoutText).length <= MAX_MESSAGE_CHARACTERS
    ? parsed.data
    : null
}

/** Characters of a message as JSON; none of ours comes near. */
const MAX_MESSAGE_CHARACTERS = 20_000

/** Attributes of a trial's or a study's users, as they are, null without any; those of this program have their places already. */
export function usersAttributes(
  user: OptunaTrial['userAttributes'],
): Record<string, JsonValue> | null {
  const entries = Object.entries(user)
    .filter(([key]) => !/^(tunewright:|curve:|metric:)/.test(key) && key !== '__proto__')
    .flatMap(([key, text]): [string, JsonValue][] => {
      const value = text.length > LARGEST_ATTRIBUTE ? undefined : parsePythonJson(text)
      return value === undefined ? [] : [[key, value]]
    })
  return entries.length === 0 ? null : Object.fromEntries(entries)
}

/** Curves that this program exported beside that of the first goal. */
function otherCurves(
  user: OptunaTrial['userAttributes'],
  goalMetric: string,
): Record<string, Curve> {
  const curves: [string, Curve][] = []
  for (const [key, text] of Object.entries(user)) {
    if (!key.startsWith('curve:')) continue
    const name = key.slice('curve:'.length)
    const value = parsePythonJson(text)
    if (name === '' || name.length > 200 || name === goalMetric || name === '__proto__') continue
    if (!isObject(value)) continue
    const { steps, values } = value as Readonly<Record<string, JsonValue>>
    if (!Array.isArray(steps) || !Array.isArray(values) || steps.length !== values.length) continue
    const rises = steps.every(
      (step, index) =>
        typeof step === 'number' &&
        Number.isInteger(step) &&
        step <= LARGEST_STEP &&
        step > (index === 0 ? -1 : Number(steps[index - 1])),
    )
    if (rises)
      curves.push([name, { steps: steps.map(Number), values: values.map(decodeMetricJson) }])
  }
  return Object.fromEntries(curves)
}
