import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { PrepareMessage } from '../../core/processes/trainer-protocol.ts'
import { runFunctionObjective } from '../../training/objectives/function-objective.ts'
import { functionSettingsSchema } from '../../training/objectives/function-settings.ts'
import type { PreparedObjective } from './prepared-objective.ts'

/** A built-in test function; there is nothing to load. */
export function prepareFunction(message: PrepareMessage): PreparedObjective {
  const settings = functionSettingsSchema.parse(message.objective)
  return {
    engine: null,
    train: (start, host) => runFunctionObjective(settings, start.parameters, host),
    test: () => {
      throw new AppError('training.invalid', {
        field: 'objective',
        value: settings.function,
        rule: msg('rule.noTestSplit'),
      })
    },
  }
}
