import { artifactsSchema } from '../../trial/trial-files.ts'
import { studyKey } from './study-key.ts'

export const artifactsKey = studyKey(artifactsSchema.optional())
