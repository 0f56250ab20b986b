import { z } from 'zod'
import { defaults } from '../defaults.ts'
import { nameSchema } from './name.ts'
import { studyKey } from './study-key.ts'

/** Options of the sampler stand beside its name; `search/samplers` has their schemas. */
export const samplerKey = studyKey(
  z.looseObject({ name: nameSchema }).default({ name: defaults.sampler }),
  {
    layout: 'oneLine',
  },
)
