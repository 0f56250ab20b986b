import { answer } from '../../../core/processes/call.ts'
import { ofStudy, ofTrial, studyId, trialNumber } from '../../../core/questions/request-fields.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import { parameterValueSchema } from '../../../core/study/space-specification.ts'
import { baselineSchema } from '../../../core/study/baseline.ts'
import { nameSchema } from '../../../core/study/keys/name.ts'
import { studyChangeSchema } from '../../../core/study/study-change.ts'
import type { QueuedPoint } from '../../../core/study/study.ts'
import { namedValues } from '../../../core/values/named-values.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Changes that people make to a study that is there. */
export const interventionMethods = {
  'study.change': method(
    answer<EventRecord>,
    { studyId, change: studyChangeSchema },
    { scope: 'steer' },
  ),
  'study.undo': method(
    answer<EventRecord>,
    { studyId, eventId: z.int().min(1) },
    { scope: 'steer' },
  ),
  'study.label': method(
    answer<EventRecord>,
    {
      studyId,
      labels: z.strictObject({
        tags: z.array(z.string().min(1).max(60)).max(20).optional(),
        note: z.string().max(20_000).optional(),
        archived: z.boolean().optional(),
        /** Null takes it away. */
        baseline: baselineSchema.nullable().optional(),
      }),
    },
    { scope: 'steer' },
  ),
  /** Refused while it runs. */
  'study.rename': method(answer<EventRecord>, { studyId, name: nameSchema }, { scope: 'steer' }),
  'study.delete': method(answer<null>, ofStudy, { scope: null }),
  'study.restore': method(answer<null>, ofStudy, { scope: null }),
  'study.queue': method(answer<readonly QueuedPoint[]>, ofStudy, { scope: 'read' }),
  'trial.retry': method(answer<EventRecord>, ofTrial, { scope: 'steer' }),
  'trial.exclude': method(
    answer<readonly EventRecord[]>,
    {
      studyId,
      numbers: z.array(trialNumber).min(1).max(1_000),
      excluded: z.boolean(),
    },
    { scope: 'steer' },
  ),
  'trial.note': method(
    answer<EventRecord>,
    {
      studyId,
      number: trialNumber,
      text: z.string().max(20_000),
    },
    { scope: 'steer' },
  ),
  'trial.enqueue': method(
    answer<EventRecord>,
    {
      studyId,
      parameters: namedValues(parameterValueSchema),
      from: trialNumber.nullable(),
    },
    { scope: 'steer' },
  ),
  /** One event per trial, after that of a raised `stop.trials` if they needed room. */
  'trial.extend': method(
    answer<readonly EventRecord[]>,
    {
      studyId,
      numbers: z.array(trialNumber).min(1).max(1_000),
      epochs: z.int().min(1).max(1_000_000),
    },
    { scope: 'steer' },
  ),
  'trial.fork': method(
    answer<readonly EventRecord[]>,
    {
      studyId,
      number: trialNumber,
      changes: namedValues(parameterValueSchema),
      mode: z.enum(['fork', 'initialize']),
      epochs: z.int().min(1).max(1_000_000).optional(),
    },
    { scope: 'steer' },
  ),
  'trial.suspend': method(answer<null>, ofTrial, { scope: 'steer' }),
  'trial.unsuspend': method(answer<EventRecord>, ofTrial, { scope: 'steer' }),
  'trial.withdraw': method(
    answer<EventRecord>,
    { studyId, queued: z.int().min(1) },
    { scope: 'steer' },
  ),
} as const
