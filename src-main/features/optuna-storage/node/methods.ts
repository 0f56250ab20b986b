import type { Api } from '../../api/common/methods.ts'
import type { ApiOptions } from '../../api/node/api-options.ts'

/** The endpoint for programs of Optuna. */
export function optunaMethods({ optuna }: ApiOptions) {
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
  } satisfies Partial<Api>
}
