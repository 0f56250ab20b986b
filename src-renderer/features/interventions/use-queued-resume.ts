import { computed } from 'vue'
import { trialLimit } from '../../../src-main/core/stopping/trials/trials.ts'
import { finishedCount } from '../../../src-main/core/trial/trial.ts'
import { isExternalTitle } from '../../../src-main/core/objectives/external/external.ts'
import { call } from '../../bridge/call.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { useLoaded } from '../../composables/use-loaded.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { useTrust } from '../../stores/trust.ts'

/**
 * Points that wait in a study that has had all its trials: one press tries them, and says how many trials that adds.
 * @param options.always whether points are read of every study, not only of one that has had all its trials
 */
export function useQueuedResume({ always = false }: { readonly always?: boolean } = {}) {
  const live = useLiveStudy()
  const trust = useTrust()
  const isAtLimit = computed(() => {
    const { study } = live
    if (study === null || study.runsInThisProcess) return false
    if (study.program !== null || isExternalTitle(study.objective)) return false
    const limit = trialLimit(study.specification.stop)
    return limit !== null && finishedCount(study.trials) >= limit
  })
  // A point leaves the queue when a trial starts, so the number of trials tells when to ask again.
  const { answer: points } = useLoaded(
    'study.queue',
    () => (live.study !== null && (always || isAtLimit.value) ? { studyId: live.study.id } : null),
    { also: [() => live.lastIntervention, () => live.trials.length] },
  )
  /** Trials by which the limit has to rise; 0: nothing waits, or the study starts trials without that. */
  const added = computed(() => {
    const { study } = live
    const waiting = points.value?.length ?? 0
    return study === null || !isAtLimit.value ? 0 : waiting
  })

  async function resume(): Promise<boolean> {
    const { study } = live
    if (study === null || added.value === 0) return false
    const { id: studyId, specification } = study
    const trials = finishedCount(study.trials) + added.value
    return reportErrors(async () => {
      await call('study.change', { studyId, change: { stop: { ...specification.stop, trials } } })
      await trust.withTrust({ studyId }, () => call('study.start', { studyId }))
    })
  }

  return { points, added, resume }
}
