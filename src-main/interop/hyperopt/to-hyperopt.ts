import { ownValue } from '../../core/values/named-values.ts'
import { listedValues } from '../../core/study/listed-values.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { ParameterValue, TrialRecord } from '../../core/trial/trial.ts'
import { writePythonJson } from '../python-json.ts'

/** `hyperopt/base.py`: states of a trial that waits, and of one that has ended. */
const NEW = 0
const DONE = 2

/**
 * The trials of a study as Hyperopt's trial documents (`hyperopt/base.py`), JSON as Python reads it: a list for
 * `Trials.insert_trial_docs`, after which `fmin` goes on with them.
 *
 * - `misc.vals` holds a value, or the index of a value of a `choice` or `ordinal`, and nothing where a parameter is not
 *   active. `fixed` parameters are constants of a Hyperopt space and have no place there.
 * - The loss is the first goal's value, negated where it is maximized. Beside it stand what Hyperopt leaves alone:
 *   `parameters` with the values themselves, `values`, `metrics` (last value of each), `state` and `reason`.
 * - Hyperopt's TPE learns from status `ok` only: complete trials with a number as value that nobody excluded. All others
 *   that ended have `fail`. What runs or waits is `new`; Hyperopt runs it first.
 */
export function toHyperoptTrials({ study, trials }: StudySnapshot, t: Translate): string {
  const { goals, space } = study.specification
  const documents = trials.map(trial => writePythonJson(toDocument(trial, goals, space, t)))
  return `[\n${documents.join(',\n')}\n]\n`
}

function toDocument(
  trial: TrialRecord,
  goals: readonly Goal[],
  space: SpaceSpecification,
  t: Translate,
): Record<string, unknown> {
  const tid = trial.number
  const waits = trial.state === 'running' || trial.state === 'interrupted'
  const labels = Object.entries(space).filter(([, parameter]) => !('fixed' in parameter))
  const vals = labels.map(([name, parameter]): [string, number[]] => {
    if (!Object.hasOwn(trial.parameters, name)) return [name, []]
    const value = ownValue(trial.parameters, name) as ParameterValue
    const values = listedValues(parameter)
    return [name, [values === null ? Number(value) : values.indexOf(value)]]
  })
  return {
    state: waits ? NEW : DONE,
    tid,
    spec: null,
    result: waits ? { status: 'new', parameters: trial.parameters } : resultOf(trial, goals, t),
    misc: {
      tid,
      cmd: ['domain_attachment', 'FMinIter_Domain'],
      workdir: null,
      idxs: Object.fromEntries(vals.map(([name, list]) => [name, list.map(() => tid)])),
      vals: Object.fromEntries(vals),
    },
    exp_key: null,
    owner: null,
    version: 0,
    book_time: isoTime(trial.startedAtMs),
    refresh_time: isoTime(trial.finishedAtMs ?? trial.startedAtMs),
  }
}

function resultOf(
  trial: TrialRecord,
  goals: readonly Goal[],
  t: Translate,
): Record<string, unknown> {
  const [value = Number.NaN] = trial.values
  const reason = trial.reason ?? trial.attempts.at(-1)?.failure?.reason ?? null
  const isOk = trial.state === 'complete' && trial.excluded !== true && !Number.isNaN(value)
  return {
    status: isOk ? 'ok' : 'fail',
    ...(isOk ? { loss: goals[0]?.direction === 'maximize' ? -value : value } : {}),
    state: trial.state,
    values: trial.values,
    parameters: trial.parameters,
    metrics: Object.fromEntries(
      Object.entries(trial.metrics).map(([name, { values }]) => [name, values.at(-1)]),
    ),
    ...(trial.constraints === undefined ? {} : { constraints: trial.constraints }),
    ...(trial.excluded === true ? { excluded: true } : {}),
    reason: reason === null ? null : t.format(reason),
  }
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
