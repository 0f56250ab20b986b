import { namedValues } from '../../../core/values/named-values.ts'
import { msg } from '../../../core/errors/message.ts'
import { baselineSchema } from '../../../core/study/baseline.ts'
import { z } from 'zod'
import type { EventRecord } from '../../../core/study/events.ts'
import {
  checkpointOfPoint,
  type QueuedPointOrigin,
  queuedPointKinds,
  type StudySummary,
} from '../../../core/study/study.ts'
import { type SettingChange, withoutChanges } from '../../../core/study/study-change.ts'
import { parameterValueSchema } from '../../../core/study/space-specification.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { Interventions } from './interventions.ts'
import { refused } from './refused.ts'

const point = z.object({
  queued: z.int(),
  parameters: namedValues(parameterValueSchema),
  origin: z.object({
    kind: z.enum(queuedPointKinds),
    trialNumber: z.int().nullable(),
    step: z.int().optional(),
    untilStep: z.int().optional(),
  }),
})
const labels = z.object({
  from: z.object({
    tags: z.array(z.string()),
    note: z.string(),
    archived: z.boolean(),
    baseline: baselineSchema.nullable().default(null),
  }),
})
const note = z.object({ from: z.string() })

/**
 * Does the opposite of an event, as a further event that names it.
 * @throws AppError `intervention.refused` when it cannot be taken back, or no more
 */
export function undoEvent(
  interventions: Interventions,
  store: StudyStore,
  { studyId, eventId }: { readonly studyId: number; readonly eventId: number },
): EventRecord {
  const study = store.studyById(studyId)
  const events = store.events(studyId)
  const event = events.find(({ id }) => id === eventId)
  if (event === undefined)
    throw refused(study, msg('rule.intervention.noEvent', { event: eventId }))
  if (events.some(({ detail }) => detail['undoes'] === eventId)) {
    throw refused(study, msg('rule.intervention.takenBack'))
  }
  return opposite(interventions, store, study, event)
}

function opposite(
  interventions: Interventions,
  store: StudyStore,
  study: StudySummary,
  { id: undoes, kind, trialNumber, detail }: EventRecord,
): EventRecord {
  switch (kind) {
    case 'study.changed': {
      const changes = detail['changes'] as unknown as readonly SettingChange[]
      const before = withoutChanges(study.specification, changes)
      if (before === null) {
        const paths = changes.map(({ path }) => path)
        throw refused(study, msg('rule.intervention.changedSince', { paths }))
      }
      return interventions.putInForce(study, before, { undoes })
    }
    case 'study.labeled':
      return interventions.label(study.id, labels.parse(detail).from, { undoes })
    case 'study.renamed':
      return interventions.rename(study.id, note.parse(detail).from, { undoes })
    case 'trial.excluded':
    case 'trial.included': {
      const [event] = interventions.exclude(
        study.id,
        [trialNumber ?? -1],
        kind === 'trial.included',
        { undoes },
      )
      return event as EventRecord
    }
    case 'trial.noted':
      return interventions.note(study.id, trialNumber ?? -1, note.parse(detail).from, { undoes })
    case 'trial.queued':
      return interventions.withdraw(study.id, point.parse(detail).queued, { undoes })
    case 'trial.unqueued': {
      const { parameters, origin: stored } = point.parse(detail)
      const { kind: how, trialNumber: from, step, untilStep } = stored
      const origin: QueuedPointOrigin = {
        kind: how,
        trialNumber: from,
        ...(step === undefined ? {} : { step }),
        ...(untilStep === undefined ? {} : { untilStep }),
      }
      const start = checkpointOfPoint(origin)
      if (start === null) return interventions.enqueue(study.id, parameters, origin, { undoes })
      const checkpoints = store.checkpoints(study.id, start.trial)
      if (
        !checkpoints.some(checkpoint => checkpoint.step === start.step && checkpoint.batch === 0)
      ) {
        throw refused(
          study,
          msg('failure.checkpointGone', { trial: start.trial, step: start.step }),
        )
      }
      return interventions.enqueuePoint(study.id, parameters, origin, { undoes })
    }
    default:
      throw refused(study, msg('rule.intervention.cannotUndo', { event: msg(`event.${kind}`) }))
  }
}
