import { watchDebounced } from '@vueuse/core'
import { type Ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Typing waits for so long before the address follows it. */
const WRITE_AFTER_MS = 200

/** Keeps a text in the address, under a name, so that it survives loading and can be sent to somebody. */
export function useAddress(name: string, text: Ref<string>): void {
  const route = useRoute()
  const router = useRouter()
  const inAddress = (): string => {
    const found = route.query[name]
    return typeof found === 'string' ? found : ''
  }
  let written = inAddress()
  if (written !== '') text.value = written
  watchDebounced(
    text,
    value => {
      if (value === inAddress()) return
      written = value
      const { [name]: _, ...rest } = route.query
      // Before the first address is known there is nothing to write into.
      if (route.matched.length > 0) {
        void router.replace({ query: value === '' ? rest : { ...rest, [name]: value } })
      }
    },
    { debounce: WRITE_AFTER_MS },
  )
  watch(inAddress, value => {
    if (value === written) return
    written = value
    text.value = value
  })
}
