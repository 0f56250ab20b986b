import { namedValues } from '../../values/named-values.ts'
import { parameterValueSchema } from '../space-specification.ts'
import { studyKey } from './study-key.ts'

export const currentConfigurationKey = studyKey(
  namedValues(parameterValueSchema).optional().describe('option.study.currentConfiguration'),
  { layout: 'oneLine' },
)
