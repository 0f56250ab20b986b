import { answer } from '../../../core/processes/call.ts'
import { ofTrial } from '../../../core/questions/request-fields.ts'
import type { OptunaEndpoint } from '../../../core/storage/optuna-storage.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** The storage that programs of Optuna connect to. */
export const optunaStorageMethods = {
  /** For programs of Optuna, which then store their studies here. */
  'optuna.endpoint': method(answer<OptunaEndpoint>, {}, { scope: 'read' }),
  'optuna.open': method(
    answer<OptunaEndpoint>,
    { port: z.int().min(0).max(65_535) },
    { scope: null },
  ),
  'optuna.close': method(answer<OptunaEndpoint>, {}, { scope: null }),
  /** A trial whose program is gone; `failed` is false where it is there. */
  'optuna.failLost': method(answer<{ readonly failed: boolean }>, ofTrial, { scope: 'steer' }),
} as const
