import { watchDebounced } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import type {
  AnalysisAnswers,
  AnalysisKind,
  AnalysisQuestion,
} from '../../../src-main/core/questions/analysis.ts'
import { isFinished } from '../../../src-main/core/trial/trial.ts'
import { errorMessage, isAppError, toAppError } from '../../../src-main/core/errors/errors.ts'
import { call } from '../../bridge/call.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { t } from '../../composables/localize.ts'

/** Filters change with every key and every step of a slider. */
const ASK_AFTER_MS = 350
/** Questions that took less are asked again when a trial ends; the others wait for a person, or the end of the study. */
const AUTOMATIC_MS = 500

/**
 * The answer of the analysis process to a question about the trials that are shown, asked again when question or filter
 * change. While the study runs, answers that take long become stale instead of being asked for with every trial.
 * @param question null: nothing to ask
 * @param ofAll whether it is about all trials of the study, whatever the filter
 */
export function useAnswer<Kind extends AnalysisKind>(
  question: () => Extract<AnalysisQuestion, { kind: Kind }> | null,
  { ofAll = false }: { readonly ofAll?: boolean } = {},
) {
  const live = useLiveStudy()
  const analysis = useAnalysis()
  const numbers = computed(() => (ofAll ? null : analysis.numbers))
  const finishedCount = computed(() =>
    ofAll ? live.trials.filter(({ state }) => isFinished(state)).length : analysis.finished.length,
  )
  const answer = shallowRef<AnalysisAnswers[Kind] | null>(null)
  const failure = ref<string | null>(null)
  /** A person has ended the computation. */
  const isCanceled = ref(false)
  const asking = ref<string | null>(null)
  const askedOf = ref(0)
  let asksOf = 0
  let lastMs = 0
  let current = 0

  async function ask(): Promise<void> {
    const currentQuestion = question()
    const studyId = live.study?.id
    const turn = ++current
    if (currentQuestion === null || studyId === undefined) {
      answer.value = null
      asking.value = null
      return
    }
    asking.value = JSON.stringify(currentQuestion)
    isCanceled.value = false
    const count = finishedCount.value
    asksOf = count
    const startMs = performance.now()
    try {
      const result = await call('study.analyze', {
        studyId,
        trials: numbers.value,
        question: currentQuestion,
      })
      if (turn !== current) return
      // The kind of an answer is that of its question, which the compiler cannot see.
      answer.value = result.answer as AnalysisAnswers[Kind]
      failure.value = null
      askedOf.value = count
    } catch (error) {
      if (turn !== current) return
      isCanceled.value = wasCanceled(error)
      failure.value = isCanceled.value ? null : t.format(errorMessage(toAppError(error)))
    } finally {
      lastMs = performance.now() - startMs
      if (turn === current) asking.value = null
    }
    // Of a study that has just begun: an answer of no trials is none.
    if (turn === current && count === 0 && finishedCount.value > 0) void ask()
  }

  const key = computed(
    () => `${live.study?.id} ${JSON.stringify(question())} ${numbers.value?.join() ?? ''}`,
  )
  // From the moment of a change on, what is shown answers another question.
  watch(
    key,
    () => {
      if (question() !== null) asking.value ??= ''
    },
    { immediate: true },
  )
  // A question that someone chose is asked at once; a filter is still being typed.
  watch(
    () => (live.complete ? `${live.study?.id} ${JSON.stringify(question())}` : ''),
    key => {
      if (key !== '') void ask()
    },
    { immediate: true },
  )
  watchDebounced(
    () => numbers.value?.join() ?? '',
    () => {
      if (live.complete) void ask()
    },
    { debounce: ASK_AFTER_MS },
  )
  const isContinuation = computed(() => live.study?.state === 'running')
  watchDebounced(
    () => `${finishedCount.value} ${isContinuation.value}`,
    () => {
      const isWorthIt = lastMs < AUTOMATIC_MS || asksOf === 0 || !isContinuation.value
      // A filter changes the question and their number at once: that is one question, not two.
      if (isWorthIt && asksOf !== finishedCount.value) void ask()
    },
    { debounce: ASK_AFTER_MS },
  )

  /** Of the work that goes on, 0…1; null where nobody knows. */
  const share = computed(() => {
    const { analysisShare } = live
    return asking.value !== null && analysisShare?.task === asking.value
      ? analysisShare.share
      : null
  })
  /** The work that goes on, for the reader; null: none. */
  const busy = computed(() => {
    if (failure.value !== null) return failure.value
    if (asking.value === null) return isCanceled.value ? t('analysis.canceled') : null
    return share.value === null
      ? t('analysis.computing')
      : t('analysis.computingShare', { percent: Math.round(share.value * 100) })
  })
  /** Ends all that is computed about the study; null while nothing is. */
  const cancel = computed(() => {
    const studyId = live.study?.id
    return asking.value === null || studyId === undefined
      ? null
      : () => void reportErrors(() => call('study.cancelAnalyses', { studyId }))
  })
  /** How many trials the answer is of, where there are others by now; null: it is of all. */
  const stale = computed(() =>
    answer.value !== null && askedOf.value !== finishedCount.value ? askedOf.value : null,
  )

  /** Answered, refused, or not asked. */
  const isSettled = computed(
    () =>
      answer.value !== null || failure.value !== null || isCanceled.value || question() === null,
  )

  return { answer, busy, share, cancel, isCanceled, stale, isSettled, refresh: ask }
}

function wasCanceled(error: unknown): boolean {
  return isAppError(error, 'child.gone') && error.detail.reason.code === 'failure.canceled'
}
