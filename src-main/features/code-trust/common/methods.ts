import { answer } from '../../../core/processes/call.ts'
import { ofStudy, ofTrial, studyText } from '../../../core/questions/request-fields.ts'
import type { AttemptLogPart, AttemptLogText, ShownCode } from '../../../core/study/user-code.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** A study file that is about to be created, or a study that is there. */
const codeSource = z.union([z.strictObject(studyText), z.strictObject(ofStudy)])
export type CodeSource = z.output<typeof codeSource>

/** Code of the user: what it is, whether it may run, what it wrote. */
export const codeTrustMethods = {
  /** Code of the user that a study would run; null if there is none. */
  'code.describe': method(
    answer<ShownCode | null>,
    { source: codeSource },
    { scope: null, changesNothing: true },
  ),
  /** Refused if the code is no longer what the fingerprint says. */
  'code.trust': method(
    answer<null>,
    {
      source: codeSource,
      fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    },
    { scope: null },
  ),
  /** What the last attempt of a trial has written since `from`; null if it has left nothing yet. Asked again and again, it follows a log. */
  'trial.logPart': method(
    answer<AttemptLogPart | null>,
    {
      ...ofTrial,
      from: z
        .strictObject({ attempt: z.int().min(0), training: z.int().min(1), to: z.int().min(0) })
        .nullable(),
    },
    { scope: 'read' },
  ),
  'trial.logs': method(answer<readonly AttemptLogText[]>, ofTrial, { scope: 'read' }),
} as const
