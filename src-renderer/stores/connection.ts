import { defineStore } from 'pinia'
import { ref } from 'vue'
import { displayedState } from '../../src-main/core/study/displayed-state.ts'
import type { DatabaseWriter } from '../../src-main/core/storage/database-writer.ts'
import type { StudyRow } from '../../src-main/features/studies/common/rows.ts'
import { t } from '../composables/localize.ts'
import { call } from '../bridge/call.ts'
import { followEvents } from '../bridge/events.ts'
import { useLiveStudy } from './live-study.ts'
import { useNotices } from './notices.ts'
import { usePreferences } from './preferences.ts'
import { useStudies } from './studies.ts'

/** The stream of events, handed to the stores that show them. */
export const useConnection = defineStore('connection', () => {
  const open = ref(true)
  const signedOut = ref(false)
  const studies = useStudies()
  const live = useLiveStudy()
  const notices = useNotices()
  const preferences = usePreferences()

  /** Who writes the database while this page is read-only. */
  const writer = ref<DatabaseWriter | null>(null)

  async function askWriter(): Promise<void> {
    // A back end that is away is said elsewhere.
    writer.value = await call('app.writer', {}).catch(() => writer.value)
  }

  async function reload(): Promise<void> {
    await askWriter()
    await studies.load()
    if (live.openId !== null) await live.open(live.openId)
  }

  /** A study that ran here has ended, whatever page is open. */
  function notifyEnd(study: StudyRow, before: StudyRow | undefined): void {
    if (
      before?.runsInThisProcess !== true ||
      study.runsInThisProcess ||
      !preferences.notifyWhenStudyEnds
    )
      return
    const state = t(`studyState.${displayedState(study)}`)
    notices.show({
      kind: study.state === 'failed' ? 'bad' : 'good',
      text: t('notices.studyEnded', { name: study.name, state }),
      studyId: study.id,
    })
  }

  function start(): () => void {
    let wasCut = false
    void askWriter()
    return followEvents({
      event(event) {
        if (event.type === 'study') notifyEnd(event.study, studies.byId.get(event.study.id))
        if ('study' in event) studies.put(event.study)
        if (event.type === 'studyDeleted') studies.remove(event.studyId)
        live.take(event)
      },
      missed() {
        void reload()
      },
      connection(isOpen, isSignedOut) {
        open.value = isOpen
        signedOut.value = isSignedOut
        // A back end that was started anew counts its events from 1 again.
        if (isOpen && wasCut) void reload()
        wasCut = !isOpen
      },
    })
  }

  return { open, signedOut, writer, start }
})
