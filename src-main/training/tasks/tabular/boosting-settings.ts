import { z } from 'zod'
import { boosterPackNames } from '../../../contract/engine.ts'

/** Who boosts trees. Its results depend on the library, and in the last digits on nothing else. */
export const boostingSettingsSchema = z.strictObject({
  library: z
    .enum(['auto', ...boosterPackNames, 'own'])
    .default('auto')
    .describe('option.tabular.library'),
  threads: z.int().min(1).max(256).default(1).describe('option.tabular.threads'),
})

export type BoostingSettings = z.output<typeof boostingSettingsSchema>
