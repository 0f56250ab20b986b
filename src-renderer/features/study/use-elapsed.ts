import { useIntervalFn } from '@vueuse/core'
import { type ComputedRef, computed, ref, watch } from 'vue'
import { elapsedAt } from '../../../src-main/core/study/elapsed-time.ts'
import type { StudyRow } from '../../../src-main/features/studies/common/rows.ts'
import { useConnection } from '../../stores/connection.ts'

/** The time of a study in milliseconds. It goes on between two messages while a trial runs, and never back. */
export function useElapsed(
  study: () => Pick<StudyRow, 'id' | 'elapsedMs' | 'runsInThisProcess' | 'state' | 'trials'>,
): ComputedRef<number> {
  const connection = useConnection()
  const heardAtMs = ref(Date.now())
  const nowMs = ref(heardAtMs.value)
  const isCounting = computed(() => {
    const { runsInThisProcess, state, trials } = study()
    return runsInThisProcess && state === 'running' && trials.running > 0
  })
  watch([() => study().id, () => study().elapsedMs, isCounting], () => {
    nowMs.value = Date.now()
    heardAtMs.value = nowMs.value
  })
  useIntervalFn(() => {
    if (connection.open && isCounting.value) nowMs.value = Date.now()
  }, 1_000)
  /** The largest time of a study that was shown. */
  let shown = { id: study().id, elapsedMs: 0 }
  return computed(() => {
    const { id, elapsedMs } = study()
    const atMs = isCounting.value ? heardAtMs.value : null
    const counted = elapsedAt({ elapsedMs, atMs }, nowMs.value)
    shown = { id, elapsedMs: id === shown.id ? Math.max(shown.elapsedMs, counted) : counted }
    return shown.elapsedMs
  })
}
