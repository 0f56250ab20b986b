import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'

/** Something that a person can do now, as the command palette lists it. */
export interface Command {
  /** Unique among all. */
  readonly id: string
  readonly text: string
  run(): unknown
}

/** What parts of the page that are shown offer to the command palette. */
export const useCommands = defineStore('commands', () => {
  const sources = shallowRef<readonly (() => readonly Command[])[]>([])
  const offered = computed(() => sources.value.flatMap(source => source()))

  /** As long as the component lives that offers them. */
  function offer(source: () => readonly Command[]): void {
    sources.value = [...sources.value, source]
    onScopeDispose(() => {
      sources.value = sources.value.filter(other => other !== source)
    })
  }

  return { offered, offer }
})
