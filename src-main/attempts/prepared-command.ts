import type { PrepareMessage } from '../contract/trainer-protocol.ts'
import { commandObjectiveSchema } from '../contract/user-code.ts'
import { runCommand } from './command-run.ts'
import { noTestSplit, requireTrusted, userTrialOf } from '../user-code/require-trusted.ts'
import type { PreparedObjective } from './prepared-objective.ts'

/** A command of the user; its files are looked at again before every attempt. */
export async function prepareCommand(message: PrepareMessage): Promise<PreparedObjective> {
  const objective = commandObjectiveSchema.parse(message.objective)
  const { directory } = await requireTrusted(objective, message)
  return {
    engine: null,
    keepsOwnState: true,
    train: async (start, host) => {
      await requireTrusted(objective, message)
      return runCommand({ objective, directory, start, trial: userTrialOf(start), host })
    },
    test: () => {
      throw noTestSplit('command')
    },
  }
}
