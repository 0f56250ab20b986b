import { computed, ref } from 'vue'
import { useAddress } from '../../composables/use-address.ts'

/** By which column the table of trials is sorted, and which way; in the address unless the newest are first. */
export function useSort() {
  const sortBy = ref('number')
  const descending = ref(true)
  const text = computed({
    get: () => {
      if (sortBy.value === 'number' && descending.value) return ''
      return `${descending.value ? '-' : ''}${sortBy.value}`
    },
    set: written => {
      descending.value = written === '' || written.startsWith('-')
      sortBy.value = written.replace(/^-/, '') || 'number'
    },
  })
  useAddress('sort', text)
  return { sortBy, descending }
}
