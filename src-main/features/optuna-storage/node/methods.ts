import type { Api } from '../../api/common/methods.ts'
import type { ApiOptions } from '../../api/node/api-options.ts'

/** The door for programs of Optuna. */
export function optunaMethods({ optuna }: ApiOptions) {
  return {
    'optuna.door': async () => optuna.door,
    'optuna.open': async ({ port }) => {
      await optuna.open({ port, failAfterMs: null })
      return optuna.door
    },
    'optuna.close': async () => {
      await optuna.close()
      return optuna.door
    },
    'optuna.failLost': async ({ studyId, number }) => ({
      failed: await optuna.failLost(studyId, number),
    }),
  } satisfies Partial<Api>
}
