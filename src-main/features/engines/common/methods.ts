import type { EngineCheck } from '../../../core/machine/engine-check.ts'
import { computingNames, packNames } from '../../../core/machine/engines/registry.ts'
import type { EngineInstallation, EngineRow } from '../../../core/machine/engines.ts'
import { answer } from '../../../core/processes/call.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Tensor backends and tree libraries: checked, installed, removed. */
export const engineMethods = {
  'engine.list': method(answer<readonly EngineRow[]>, {}, { scope: 'read' }),
  'engine.check': method(
    answer<EngineCheck>,
    { engine: z.enum(computingNames) },
    { scope: 'start' },
  ),
  /** Has begun; how far it is says `engine.installation`. */
  'engine.install': method(
    answer<null>,
    {
      engine: z.enum(packNames),
      gpu: z.boolean(),
      wheels: z.array(z.string().min(1).max(4_000)).min(1).max(30).nullable(),
    },
    { scope: null },
  ),
  'engine.installation': method(answer<EngineInstallation>, {}, { scope: 'read' }),
  'engine.remove': method(
    answer<{ readonly removed: boolean }>,
    { engine: z.enum(packNames) },
    { scope: null },
  ),
} as const
