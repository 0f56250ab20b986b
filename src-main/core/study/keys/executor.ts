import { z } from 'zod'
import { namedValues } from '../../values/named-values.ts'
import { studyKey } from './study-key.ts'

/**
 * Where trials run: the options of an executor below its name, and those of `local` beside it where trials run on this computer, too. Their own
 * schemas are in `running/executors/<name>/common`.
 */
export const executorKey = studyKey(
  namedValues(z.looseObject({})).describe('option.study.executor').optional(),
)
