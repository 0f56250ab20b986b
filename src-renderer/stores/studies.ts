import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { StudyRow } from '../../src-main/features/studies/common/rows.ts'
import { call } from '../bridge/call.ts'

/** Every study as the list shows it; kept up to date by events. */
export const useStudies = defineStore('studies', () => {
  const byId = shallowRef<ReadonlyMap<number, StudyRow>>(new Map())
  const loaded = ref(false)
  /** The newest first. */
  const rows = computed(() => [...byId.value.values()].sort((a, b) => b.id - a.id))

  async function load(): Promise<void> {
    const list = await call('study.list', {})
    byId.value = new Map(list.map(study => [study.id, study]))
    loaded.value = true
  }

  function put(study: StudyRow): void {
    byId.value = new Map(byId.value).set(study.id, study)
  }

  function remove(studyId: number): void {
    const remaining = new Map(byId.value)
    remaining.delete(studyId)
    byId.value = remaining
  }

  return { rows, byId, loaded, load, put, remove }
})
