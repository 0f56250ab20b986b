import { namedValues } from '../../values/named-values.ts'
import { checkSpaceRules } from '../space-rules.ts'
import { parameterSchema } from '../space-specification.ts'
import { studyKey } from './study-key.ts'

export const spaceKey = studyKey(namedValues(parameterSchema), {
  layout: 'linePerEntry',
  rules: checkSpaceRules,
})
