import { z } from 'zod'
import { studyKey } from './study-key.ts'

export const parallelTrialsKey = studyKey(
  z.int().min(1).max(64).default(1).describe('option.study.parallelTrials'),
)
