import { z } from 'zod'
import { rulesOfTasks } from './rules-of-tasks.ts'
import { studyKey } from './study-key.ts'

/** Only what the built-in tasks train can be asked for predictions. */
export const ensembleKey = studyKey(
  z.int().min(1).max(50).default(1).describe('option.study.ensemble'),
  { rules: rulesOfTasks('ensemble', 'rule.ensembleOfTask') },
)
