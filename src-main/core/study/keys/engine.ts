import { enginePreferenceSchema } from '../../machine/engine.ts'
import { studyKey } from './study-key.ts'

export const engineKey = studyKey(enginePreferenceSchema.default('auto'))
