import type { Answers, Method, RequestOf } from '../../../src-main/features/api/common/methods.ts'
import type { EventRecord } from '../../../src-main/core/study/events.ts'
import { call } from '../../bridge/call.ts'
import { dismissErrors, reportErrors } from '../../composables/report-errors.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { useNotices } from '../../stores/notices.ts'
import { isExternalTitle } from '../../../src-main/core/objectives/external/external.ts'

/** Methods that are answered with the events of what they changed. */
type Change = {
  [Name in Method]: Answers[Name] extends EventRecord | readonly EventRecord[] ? Name : never
}[Method]

/**
 * Changes a study that is there: said in a notice with its undo, or refused with the reason.
 * @returns whether it was done
 */
export function steer<Name extends Change>(
  method: Name,
  request: RequestOf<Name>,
  text: string,
): Promise<boolean> {
  const { studyId } = request
  return reportErrors(async () => {
    const events = [await call(method, request)].flat() as EventRecord[]
    const undo = async (): Promise<void> => {
      for (const { id } of events.reverse()) await call('study.undo', { studyId, eventId: id })
    }
    dismissErrors()
    useNotices().show({ text, studyId, undo })
  })
}

/** Whether the open study starts no further trial, queued ones included, before its limits are changed. */
export function hasEnded(): boolean {
  const { study } = useLiveStudy()
  if (study === null || isExternalTitle(study.objective) || study.program !== null) return false
  return study.state === 'finished' || study.state === 'failed'
}

/** Ends a trial of the open study, or lets it wait and go on. */
export function steerTrial(
  method: 'trial.cancel' | 'trial.suspend' | 'trial.unsuspend',
  { number }: { readonly number: number },
): void {
  const studyId = useLiveStudy().study?.id
  if (studyId !== undefined) void reportErrors(() => call(method, { studyId, number }))
}
