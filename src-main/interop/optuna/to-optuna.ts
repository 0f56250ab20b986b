import { ownValue } from '../../core/values/named-values.ts'
import { spoken } from '../../core/i18n/spoken.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { messageAsJson } from '../../core/errors/message.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import { metricToJson } from '../../core/trial/metric-value.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import type { Assignment, ParameterValue, TrialRecord } from '../../core/trial/trial.ts'
import { writePythonJson } from '../python-json.ts'
import { originalChoice, toOptunaDistribution, writeDistribution } from './distribution.ts'
import { formatOptunaTime } from './optuna-time.ts'
import {
  encodeOptunaValue,
  type OptunaAttributes,
  type OptunaParameter,
  type OptunaState,
  type OptunaStudy,
  type OptunaTrial,
} from './optuna-rows.ts'
import { OWN_STUDY, ownTrialKeys } from './own-attributes.ts'

/** Optuna's names are columns of this many characters. */
const LONGEST_KEY = 512
/** Notes lie in pieces of this many characters (optuna-dashboard, `_note.py`). */
const NOTE_PIECE = 2045

/**
 * A study as Optuna stores one. What Optuna has no place for stands in user attributes: the whole specification, metrics beside
 * the first goal, why a point was proposed, why a trial failed.
 *
 * - `complete` with a NaN among its values and excluded trials become FAIL: Optuna's objectives are never NaN, and it cannot
 *   leave a trial out.
 * - `pruned` has its last reported value, as Optuna's have, where that is a number and there is one goal.
 * - `running` and `interrupted` become WAITING with their parameters fixed: nobody ends them in the new file, so Optuna runs
 *   them first.
 */
/** @param t says in which language texts for people stand beside the messages */
export function toOptunaStudy({ study, trials }: StudySnapshot, t: Translate): OptunaStudy {
  const { specification, name, labels } = study
  const metrics = specification.goals.map(({ metric }) => metric)
  return {
    name: name.slice(0, LONGEST_KEY),
    directions: specification.goals.map(({ direction }) =>
      direction === 'minimize' ? 'MINIMIZE' : 'MAXIMIZE',
    ),
    userAttributes: {
      ...encode(study.environment.importedFrom?.userAttributes ?? {}),
      [OWN_STUDY]: JSON.stringify(specification),
    },
    systemAttributes: {
      // The first is read by Optuna, the second by optuna-dashboard without a server.
      'study:metric_names': JSON.stringify(metrics),
      'dashboard:objective_names': JSON.stringify(metrics),
      ...noteAttributes('dashboard', labels.note),
      // Notes of trials lie with the study, by the id of the trial: here its number + 1 (`write-optuna-file.ts`).
      ...Object.fromEntries(
        trials.flatMap(({ number, note }) =>
          Object.entries(noteAttributes(`dashboard:${number + 1}`, note ?? '')),
        ),
      ),
    },
    trials: trials.map(trial => toOptunaTrial(trial, study, t)),
  }
}

function noteAttributes(scope: string, note: string): OptunaAttributes {
  if (note === '') return {}
  const pieces = Math.ceil(note.length / NOTE_PIECE)
  return {
    [`${scope}:note_ver`]: '1',
    ...Object.fromEntries(
      Array.from({ length: pieces }, (_, index) => [
        `${scope}:note_str:${index}`,
        JSON.stringify(note.slice(index * NOTE_PIECE, (index + 1) * NOTE_PIECE)),
      ]),
    ),
  }
}

function toOptunaTrial(
  trial: TrialRecord,
  { specification: { goals, space }, environment }: StudySnapshot['study'],
  t: Translate,
): OptunaTrial {
  const isOptunas = environment.importedFrom?.program === 'Optuna'
  const original = (value: ParameterValue) => (isOptunas ? originalChoice(value) : value)
  const state = optunaState(trial)
  const curve = ownValue(trial.metrics, goals[0]?.metric ?? '')
  const waits = state === 'WAITING'
  const fixedParameters = Object.fromEntries(
    Object.entries(trial.parameters).map(([name, value]) => [name, original(value)]),
  )
  return {
    number: trial.number,
    state,
    start: waits ? null : formatOptunaTime(trial.startedAtMs),
    complete: waits || trial.finishedAtMs === null ? null : formatOptunaTime(trial.finishedAtMs),
    parameters: waits ? [] : toOptunaParameters(space, trial.parameters, original),
    values: optunaValues(trial, state, goals.length, curve?.values.at(-1)).map(encodeOptunaValue),
    intermediate: waits
      ? []
      : (curve?.steps ?? []).map((step, index) => ({
          step,
          ...encodeOptunaValue(curve?.values[index] ?? Number.NaN),
        })),
    userAttributes: encode(ownTrialAttributes(trial, goals[0]?.metric ?? '', t)),
    systemAttributes: encode({
      ...(waits ? { fixed_params: fixedParameters } : {}),
      ...(trial.constraints === undefined || waits
        ? {}
        : // Optuna: > 0 is violated; a NaN is no number there, and any violation will do.
          { constraints: trial.constraints.map(value => (Number.isNaN(value) ? 1 : value)) }),
    }),
  }
}

function optunaState(trial: TrialRecord): OptunaState {
  switch (trial.state) {
    case 'complete':
      return trial.excluded === true || trial.values.some(Number.isNaN) ? 'FAIL' : 'COMPLETE'
    case 'pruned':
      return trial.excluded === true ? 'FAIL' : 'PRUNED'
    case 'failed':
    case 'canceled':
      return 'FAIL'
    case 'running':
    case 'interrupted':
      return 'WAITING'
  }
}

function optunaValues(
  { values }: TrialRecord,
  state: OptunaState,
  goals: number,
  last: number | undefined,
): readonly number[] {
  if (state === 'COMPLETE') return values
  return state === 'PRUNED' && goals === 1 && last !== undefined && !Number.isNaN(last)
    ? [last]
    : []
}

/**
 * Parameters of the space, then any that only the trial has, which Optuna gets as constants.
 * @param original of a choice, as it was before it came here
 */
function toOptunaParameters(
  space: SpaceSpecification,
  parameters: Assignment,
  original: (choice: ParameterValue) => JsonValue,
): OptunaParameter[] {
  return Object.entries(parameters).map(([name, value]) => {
    const specification = ownValue(space, name)
    const distribution = toOptunaDistribution(specification ?? { fixed: value })
    return {
      name: name.slice(0, LONGEST_KEY),
      value:
        distribution.kind === 'categorical' ? distribution.choices.indexOf(value) : Number(value),
      distribution: writeDistribution(distribution, original),
    }
  })
}

/** Notes beside a trial from the users of an imported study, in their old place. */
function userAttributesOf({ provenance }: TrialRecord): Readonly<Record<string, JsonValue>> {
  const noted = provenance.detail?.['userAttributes']
  return isObject(noted) ? noted : {}
}

function ownTrialAttributes(
  trial: TrialRecord,
  goalMetric: string,
  t: Translate,
): Record<string, JsonValue> {
  const failure = trial.attempts.at(-1)?.failure ?? null
  const others = Object.entries(trial.metrics).filter(([name]) => name !== goalMetric)
  return {
    ...userAttributesOf(trial),
    [ownTrialKeys.sampler]: trial.provenance.sampler,
    [ownTrialKeys.proposal]: messageAsJson(spoken(trial.provenance.reason, t)),
    [ownTrialKeys.seed]: trial.seed,
    [ownTrialKeys.state]: trial.state,
    ...(trial.values.length === 0 ? {} : { [ownTrialKeys.values]: trial.values.map(metricToJson) }),
    ...(trial.constraints === undefined
      ? {}
      : { [ownTrialKeys.constraints]: trial.constraints.map(metricToJson) }),
    ...(trial.bestStep === null ? {} : { [ownTrialKeys.bestStep]: trial.bestStep }),
    ...(trial.reason === null
      ? {}
      : { [ownTrialKeys.reason]: messageAsJson(spoken(trial.reason, t)) }),
    ...(failure === null
      ? {}
      : {
          fail_reason: t.format(failure.reason),
          [ownTrialKeys.failure]: messageAsJson(failure.reason),
          [ownTrialKeys.failureClass]: failure.class,
        }),
    ...(trial.excluded === true ? { excluded: true } : {}),
    ...Object.fromEntries(
      others.flatMap(([name, { steps, values }]): [string, JsonValue][] => [
        [`metric:${name}`, metricToJson(values.at(-1) ?? Number.NaN)],
        [`curve:${name}`, { steps: [...steps], values: values.map(metricToJson) }],
      ]),
    ),
  }
}

function encode(attributes: Readonly<Record<string, unknown>>): OptunaAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key.slice(0, LONGEST_KEY),
      writePythonJson(value),
    ]),
  )
}
