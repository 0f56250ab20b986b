import { z } from 'zod'
import { studyKey } from './study-key.ts'

// As many as a cluster or many programs that wait need; how many trainers run on one machine is limited by its cores.
export const parallelTrialsKey = studyKey(
  z.int().min(1).max(256).default(1).describe('option.study.parallelTrials'),
)
