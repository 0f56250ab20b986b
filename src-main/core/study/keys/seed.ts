import { z } from 'zod'
import { studyKey } from './study-key.ts'

export const seedKey = studyKey(z.int().min(0).max(4_294_967_295).default(0))
