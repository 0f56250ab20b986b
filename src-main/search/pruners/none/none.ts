import { z } from 'zod'
import { definePruner, continueTrial } from '../pruner.ts'

/** Never stops a trial. */
export const noPruner = definePruner({
  name: 'none',
  readsCurves: false,
  optionsSchema: z.strictObject({}),
  create: () => ({ judge: () => continueTrial }),
})
