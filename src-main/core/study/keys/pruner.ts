import { z } from 'zod'
import { defaults } from '../defaults.ts'
import { nameSchema } from './name.ts'
import { studyKey } from './study-key.ts'

/** Options of the pruner stand beside its name; `search/pruners` has their schemas. */
export const prunerKey = studyKey(
  z.looseObject({ name: nameSchema }).default({ name: defaults.pruner }),
  {
    layout: 'oneLine',
  },
)
