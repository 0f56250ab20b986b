import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { optunaStorageMethods } from '../common/methods.ts'

/** The endpoint for programs of Optuna. */
export function optunaStorageHandlers({
  optuna,
}: MethodContext): Handlers<typeof optunaStorageMethods> {
  return {
    'optuna.endpoint': async () => optuna.endpoint,
    'optuna.open': async ({ port }) => {
      await optuna.open({ port, failAfterMs: null })
      return optuna.endpoint
    },
    'optuna.close': async () => {
      await optuna.close()
      return optuna.endpoint
    },
    'optuna.failLost': async ({ studyId, number }) => ({
      failed: await optuna.failLost(studyId, number),
    }),
  }
}
