import { checkpointSchema, defaultCheckpoints } from '../../trial/checkpoint.ts'
import { studyKey } from './study-key.ts'

export const checkpointKey = studyKey(checkpointSchema.default(defaultCheckpoints))
