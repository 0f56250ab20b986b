import { namedValues } from '../../values/named-values.ts'
import { parameterValueSchema } from '../space-specification.ts'
import { studyKey } from './study-key.ts'

export const fixKey = studyKey(
  namedValues(parameterValueSchema).default({}).describe('option.study.fix'),
)
