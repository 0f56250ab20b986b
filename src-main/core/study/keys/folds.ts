import { z } from 'zod'
import { rulesOfTasks } from './rules-of-tasks.ts'
import { studyKey } from './study-key.ts'

/** Only the built-in tasks split rows. */
export const foldsKey = studyKey(z.int().min(1).max(20).default(1).describe('option.study.folds'), {
  rules: rulesOfTasks('folds', 'rule.foldsOfTask'),
})
