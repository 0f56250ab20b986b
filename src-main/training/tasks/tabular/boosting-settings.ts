import { z } from 'zod'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { boosterPackNames } from '../../../core/machine/engines/registry.ts'
import { taskSettings } from '../../../core/objectives/task/task.ts'
import { trainsOnTable } from '../../../core/tasks/registry.ts'

/** Who boosts trees. Its results depend on the library, and in the last digits on nothing else. */
export const boostingSettingsSchema = z.strictObject({
  library: z
    .enum(['auto', ...boosterPackNames, 'own'])
    .default('auto')
    .describe('option.tabular.library'),
  threads: z.int().min(1).max(256).default(1).describe('option.tabular.threads'),
})

export type BoostingSettings = z.output<typeof boostingSettingsSchema>

/** Who boosts trees in a study; null where no trial can be a booster. */
export function boostingOf({
  objective,
  space,
}: Pick<StudySpecification, 'objective' | 'space'>): BoostingSettings | null {
  const { family } = space
  const settings = trainsOnTable(objective) ? taskSettings(objective) : null
  if (settings === null || family === undefined) return null
  const isPossible =
    'fixed' in family
      ? family.fixed === 'boosting'
      : 'choice' in family && family.choice.includes('boosting')
  return isPossible ? boostingSettingsSchema.parse(settings['boosting'] ?? {}) : null
}
