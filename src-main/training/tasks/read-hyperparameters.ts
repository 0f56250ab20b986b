import { ownValue, setOwnValue } from '../../core/values/named-values.ts'
import { unknownName } from '../../core/values/closest-name.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import {
  brokenRule,
  type HyperparameterTable,
  type HyperparameterValues,
} from './hyperparameter.ts'

/**
 * The values that a trial trains with: those assigned, and defaults for the others.
 * @throws AppError `training.invalid` for an unknown name or a value outside its domain
 */
export function readHyperparameters<Table extends HyperparameterTable>(
  table: Table,
  parameters: Assignment,
): HyperparameterValues<Table> {
  const values = Object.fromEntries(
    Object.entries(table).map(([name, definition]) => [name, definition.default]),
  )
  for (const [name, value] of Object.entries(parameters)) {
    const definition = ownValue(table, name)
    const rule =
      definition === undefined
        ? unknownName('parameter', name, Object.keys(table))
        : brokenRule(definition, value)
    if (rule !== null) throw new AppError('training.invalid', { field: name, value, rule })
    setOwnValue(values, name, value)
  }
  return values as HyperparameterValues<Table>
}
