import { z } from 'zod'
import { studyKey } from './study-key.ts'

export const relationsKey = studyKey(
  z.array(z.string().min(1).max(500)).max(50).default([]).describe('option.study.relations'),
)
