import { computed, ref } from 'vue'
import { useAddress } from './use-address.ts'

export type SortOrder = 'none' | 'ascending' | 'descending'
export const sortArrows: Readonly<Record<SortOrder, string>> = {
  none: '',
  ascending: '▴',
  descending: '▾',
}

/** By which column a table is sorted, and which way; in the address unless it is the usual one, the newest first. */
export function useSort(usual: string) {
  const sortBy = ref(usual)
  const descending = ref(true)
  /** As an address has it. */
  const sortText = computed({
    get: () => {
      if (sortBy.value === usual && descending.value) return ''
      return `${descending.value ? '-' : ''}${sortBy.value}`
    },
    set: written => {
      descending.value = written === '' || written.startsWith('-')
      sortBy.value = written.replace(/^-/, '') || usual
    },
  })
  useAddress('sort', sortText)

  function orderOf(id: string): SortOrder {
    return sortBy.value !== id ? 'none' : descending.value ? 'descending' : 'ascending'
  }

  /** The other way at the second press. */
  function sort(id: string): void {
    descending.value = sortBy.value === id && !descending.value
    sortBy.value = id
  }

  return { sortBy, descending, sortText, orderOf, sort }
}
