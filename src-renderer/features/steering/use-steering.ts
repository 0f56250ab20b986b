import type { RequestOf } from '../../../src-main/contract/api/methods.ts'
import type { EventRecord } from '../../../src-main/contract/events.ts'
import { call } from '../../bridge/call.ts'
import { withReport } from '../../composables/with-report.ts'
import { useNotices } from '../../stores/notices.ts'
import { t } from '../../composables/texts.ts'

type Named = { readonly studyId: number }

/** What a person does to a study that is there: said in a notice with its undo, or refused with the reason. */
export function useSteering() {
  const notices = useNotices()

  /** @returns whether it was done */
  function told(
    studyId: number,
    text: string,
    work: () => Promise<EventRecord | readonly EventRecord[]>,
  ): Promise<boolean> {
    return withReport(async () => {
      const done = await work()
      const events = Array.isArray(done) ? (done as readonly EventRecord[]) : [done as EventRecord]
      const undo = async (): Promise<void> => {
        for (const { id } of [...events].reverse()) {
          await call('study.undo', { studyId, eventId: id })
        }
      }
      notices.say({ text, studyId, undo })
    })
  }

  return {
    withReport,
    change: (request: RequestOf<'study.change'>) =>
      told(request.studyId, t('steering.changed'), () => call('study.change', request)),
    exclude: (request: RequestOf<'trial.exclude'>) => {
      const said = { numbers: request.numbers.join(', ') }
      const text = request.excluded ? t('steering.excluded', said) : t('steering.included', said)
      return told(request.studyId, text, () => call('trial.exclude', request))
    },
    note: (request: RequestOf<'trial.note'>) =>
      told(request.studyId, t('steering.noted', { number: request.number }), () =>
        call('trial.note', request),
      ),
    enqueue: (request: RequestOf<'trial.enqueue'>) =>
      told(request.studyId, t('steering.enqueued'), () => call('trial.enqueue', request)),
    retry: (request: RequestOf<'trial.retry'>) =>
      told(request.studyId, t('steering.retried', { number: request.number }), () =>
        call('trial.retry', request),
      ),
    extend: (request: RequestOf<'trial.extend'>) =>
      told(request.studyId, t('lineage.extended', { numbers: request.numbers.join(', ') }), () =>
        call('trial.extend', request),
      ),
    fork: (request: RequestOf<'trial.fork'>) =>
      told(request.studyId, t('lineage.forked', { number: request.number }), () =>
        call('trial.fork', request),
      ),
    suspend: (request: RequestOf<'trial.suspend'>) =>
      withReport(() => call('trial.suspend', request)),
    unsuspend: (request: RequestOf<'trial.unsuspend'>) =>
      withReport(() => call('trial.unsuspend', request)),
    withdraw: (request: RequestOf<'trial.withdraw'>) =>
      told(request.studyId, t('steering.withdrawn'), () => call('trial.withdraw', request)),
    label: (request: RequestOf<'study.label'>, text: string) =>
      told(request.studyId, text, () => call('study.label', request)),
    undo: (request: RequestOf<'study.undo'>) => withReport(() => call('study.undo', request)),
    /** Into the bin; the undo takes it out again. */
    remove: ({ studyId }: Named, name: string) =>
      withReport(async () => {
        await call('study.delete', { studyId })
        notices.say({
          text: t('steering.deleted', { name }),
          undo: () => call('study.restore', { studyId }),
        })
      }),
  }
}
