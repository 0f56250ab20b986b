import { shallowRef, watch, type WatchSource } from 'vue'
import type { Answers, Method, RequestOf } from '../../src-main/features/api/common/methods.ts'
import { call } from '../bridge/call.ts'
import { reportErrors } from './report-errors.ts'

/**
 * The answer of the back end to a question, asked again when the question changes or something else that it depends on.
 * @param question null: nothing to ask
 * @param also other reasons to ask the same question again
 * @param keeps whether an answer is shown until that of the next question is there
 */
export function useLoaded<Name extends Method>(
  method: Name,
  question: () => RequestOf<Name> | null,
  {
    also = [],
    keeps = false,
  }: { readonly also?: readonly WatchSource[]; readonly keeps?: boolean } = {},
) {
  const answer = shallowRef<Answers[Name] | null>(null)
  let requestKey = ''

  async function load(): Promise<void> {
    const request = question()
    const key = JSON.stringify(request)
    if (key !== requestKey && !keeps) answer.value = null
    requestKey = key
    if (request === null) return
    await reportErrors(async () => {
      const loaded = await call(method, request)
      if (key === requestKey) answer.value = loaded
    })
  }
  watch([() => JSON.stringify(question()), ...also], load, { immediate: true })
  return { answer, load }
}
