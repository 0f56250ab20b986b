import { unknownName } from '../../core/values/closest-name.ts'
import type { TableProblem } from '../../core/data/data-settings.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { MetricDefinition } from '../tasks/task.ts'

/**
 * The table of metrics. Every epoch reports `trainLoss` and, for the validation split, all measures
 * of the problem under `validation…`; the test split has the same under `test…`.
 *
 * | measure          | problem        | range  | definition                                                  |
 * | ---------------- | -------------- | ------ | ----------------------------------------------------------- |
 * | Loss             | both           | ≥ 0    | mean cross-entropy (natural log); mean squared error of the standardized target. Without L2. |
 * | Accuracy         | classification | 0…1    | share of rows whose highest output is the label             |
 * | BalancedAccuracy | classification | 0…1    | mean recall of the classes                                  |
 * | MacroF1          | classification | 0…1    | mean F1 of the classes; a class that is never predicted has 0 |
 * | Auc              | two classes    | 0…1    | area under the ROC curve of the second class, ties count half |
 * | Rmse             | regression     | ≥ 0    | root of the mean squared error, units of the target         |
 * | Mae              | regression     | ≥ 0    | mean absolute error, units of the target                    |
 * | R2               | regression     | ≤ 1    | 1 − squared error / squared deviation from the mean         |
 * | QuantileLoss     | quantile       | ≥ 0    | mean of max(q·e, (q − 1)·e), e = target − prediction; units of the target; `Loss` is the same, standardized |
 *
 * `trainLoss` is the mean over the epoch's batches while the weights change, dropout included.
 */
const measures = {
  classification: {
    Loss: 'minimize',
    Accuracy: 'maximize',
    BalancedAccuracy: 'maximize',
    MacroF1: 'maximize',
  },
  binary: { Auc: 'maximize' },
  regression: { Loss: 'minimize', Rmse: 'minimize', Mae: 'minimize', R2: 'maximize' },
} as const

/**
 * Metrics that a study may name as goals.
 * @param problem `auto` while the data have not decided: the metrics of both
 */
export function metricDefinitions(
  problem: TableProblem | 'auto',
  binary: boolean,
): readonly MetricDefinition[] {
  const chosen = {
    ...(problem === 'regression' ? {} : measures.classification),
    ...(problem !== 'regression' && binary ? measures.binary : {}),
    ...(problem === 'classification' ? {} : measures.regression),
  }
  return [
    { name: 'trainLoss', direction: 'minimize' },
    ...Object.entries(chosen).map(([name, direction]) => ({
      name: `validation${name}`,
      direction,
    })),
  ]
}

/**
 * Refuses goals that this data set will not report, before any time is spent.
 * @throws AppError `training.invalid`
 */
export function requireGoals(
  goals: readonly Goal[],
  definitions: readonly MetricDefinition[],
): void {
  const names = definitions.map(definition => definition.name)
  const unknown = goals.find(goal => !names.includes(goal.metric))
  if (unknown === undefined) return
  throw new AppError('training.invalid', {
    field: 'goals.metric',
    value: unknown.metric,
    rule: unknownName('metric', unknown.metric, names),
  })
}

/** Puts the split's name before every measure: `validation` + `Accuracy`. */
export function prefixMetrics(
  split: 'validation' | 'test',
  values: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${split}${name}`, value]),
  )
}
