import { computed, onScopeDispose, ref } from 'vue'
import { call } from '../bridge/call.ts'
import { useLiveStudy } from '../stores/live-study.ts'
import { reportErrors } from './report-errors.ts'

let requests = 0

/** An answer that may take long: says how far it is, and can be canceled. A later one takes the place of the one before. */
export function useLongAnswer() {
  const live = useLiveStudy()
  /** Of the request that is being answered; null: none is. */
  const ticket = ref<string | null>(null)
  /** The last one was taken back by a person. */
  const isCanceled = ref(false)
  const isAsking = computed(() => ticket.value !== null)
  /** 0…1; absent while nobody knows. */
  const share = computed(() =>
    live.workShare !== null && live.workShare.ticket === ticket.value
      ? live.workShare.share
      : undefined,
  )
  const canceled = new Set<string>()

  /** @returns null where it was canceled; what it throws otherwise is for the caller */
  async function ask<Answer>(request: (ticket: string) => Promise<Answer>): Promise<Answer | null> {
    const newTicket = `${Date.now()}-${++requests}`
    ticket.value = newTicket
    isCanceled.value = false
    try {
      const answer = await request(newTicket)
      return canceled.has(newTicket) ? null : answer
    } catch (error) {
      // What was canceled fails, and nobody needs to be told.
      if (canceled.has(newTicket)) return null
      throw error
    } finally {
      if (ticket.value === newTicket) ticket.value = null
    }
  }

  function cancel(): void {
    const { value } = ticket
    if (value === null) return
    canceled.add(value)
    isCanceled.value = true
    ticket.value = null
    void reportErrors(() => call('study.cancelWork', { ticket: value }))
  }
  onScopeDispose(cancel)

  return { ask, cancel, share, isAsking, isCanceled }
}
