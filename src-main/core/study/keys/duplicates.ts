import { z } from 'zod'
import { studyKey } from './study-key.ts'

export const duplicatesKey = studyKey(
  z.enum(['allow', 'redraw', 'reuse']).default('allow').describe('option.study.duplicates'),
)
