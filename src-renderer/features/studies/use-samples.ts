import { ref } from 'vue'
import { useRouter } from 'vue-router'
import type { SampleStudy } from '../../../src-main/features/studies/common/rows.ts'
import { call } from '../../bridge/call.ts'
import { openedStudyFile } from '../../composables/use-desktop.ts'
import { useLoaded } from '../../composables/use-loaded.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { usePreferences } from '../../stores/preferences.ts'
import { useStudies } from '../../stores/studies.ts'
import { freeName, withName } from './free-name.ts'

/** The studies that come with the application: run as they are, or opened in the form. */
export function useSamples() {
  const router = useRouter()
  const studies = useStudies()
  const preferences = usePreferences()
  const { answer: samples } = useLoaded('app.samples', () => ({ language: preferences.language }))

  function renamed({ name, source }: SampleStudy): string {
    return withName(source, freeName(name, new Set(studies.rows.map(study => study.name))))
  }

  /** Name of the one that is being created; null: none. */
  const starting = ref<string | null>(null)

  /** Once at a time: whoever presses twice while it is slow wants one study. */
  async function run(sample: SampleStudy): Promise<void> {
    if (starting.value !== null) return
    starting.value = sample.name
    await reportErrors(async () => {
      const request = { text: renamed(sample), format: 'yaml' as const, start: true }
      const { studyId } = await call('study.create', request)
      await router.push({ name: 'study', params: { id: studyId } })
    })
    starting.value = null
  }

  function open(sample: SampleStudy): void {
    openedStudyFile.value = renamed(sample)
    void router.push({ name: 'newStudy' })
  }

  return { samples, starting, run, open }
}
