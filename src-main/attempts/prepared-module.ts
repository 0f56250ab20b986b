import { fact } from '../contract/fact.ts'
import { AppError } from '../contract/errors.ts'
import type { PrepareMessage } from '../contract/trainer-protocol.ts'
import { moduleObjectiveSchema } from '../contract/user-code.ts'
import { modulePath } from '../user-code/describe-code.ts'
import { noTestSplit, requireTrusted, userTrialOf } from '../user-code/require-trusted.ts'
import { loadUserModule } from '../user-code/user-module.ts'
import { runModule } from './module-run.ts'
import type { PreparedObjective } from './prepared-objective.ts'

/** A module of the user, loaded into this process, which serves one attempt. */
export async function prepareModule(message: PrepareMessage): Promise<PreparedObjective> {
  const objective = moduleObjectiveSchema.parse(message.objective)
  await requireTrusted(objective, message)
  const directory = message.userCode?.studyDirectory ?? ''
  const { train } = await loadUserModule(modulePath(objective, directory))
  if (train === null) {
    throw new AppError('training.invalid', {
      field: 'objective.module',
      value: objective.module,
      rule: fact('rule.exportsTrain'),
    })
  }
  return {
    engine: null,
    keepsOwnState: true,
    train: async (start, host) => {
      await requireTrusted(objective, message)
      return runModule({ train, value: objective.value, start, trial: userTrialOf(start), host })
    },
    test: () => {
      throw noTestSplit('module')
    },
  }
}
