import { z } from 'zod'
import type { PrunerDefinition } from './pruner.ts'

/** Never stops a trial. */
export const noPruner: PrunerDefinition<Record<string, never>> = {
  name: 'none',
  optionsSchema: z.strictObject({}),
  check: () => [],
  create: () => ({ judge: () => ({ action: 'continue' }) }),
}
