import { z } from 'zod'
import { namedValues } from '../../values/named-values.ts'
import { parameterValueSchema } from '../space-specification.ts'
import { studyKey } from './study-key.ts'

export const enqueueKey = studyKey(
  z
    .array(namedValues(parameterValueSchema))
    .max(10_000)
    .default([])
    .describe('option.study.enqueue'),
  { layout: 'linePerEntry' },
)
