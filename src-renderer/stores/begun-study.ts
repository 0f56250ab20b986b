import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DraftState } from '../features/new-study/use-draft.ts'

/** A study that was begun in the form and not created yet; kept as long as the window is open, null: none. */
export const useBegunStudy = defineStore('begunStudy', () => ({
  state: shallowRef<DraftState | null>(null),
}))
