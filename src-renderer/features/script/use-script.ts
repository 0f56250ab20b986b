import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ScriptProposal } from '../../../src-main/core/study/script-proposal.ts'

/** What was read of the script that a person has chosen last; kept over a visit to another screen. */
export const useScript = defineStore('script', () => {
  const proposal = shallowRef<ScriptProposal | null>(null)
  /** Whether it is a copy that the browser has sent. */
  const isCopy = shallowRef(false)
  return { proposal, isCopy }
})
