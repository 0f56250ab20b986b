import { watchDebounced } from '@vueuse/core'
import { type Ref, watch } from 'vue'
import { type Router, useRoute, useRouter } from 'vue-router'

/** Typing waits for so long before the address follows it. */
const WRITE_AFTER_MS = 200

/** What several parts write at once becomes one change of the address, or the last would undo the others. */
let waiting: Map<string, string> | null = null

function write(router: Router, name: string, value: string): void {
  if (waiting !== null) {
    waiting.set(name, value)
    return
  }
  const values = new Map([[name, value]])
  waiting = values
  setTimeout(() => {
    waiting = null
    const query = { ...router.currentRoute.value.query }
    for (const [key, text] of values) {
      if (text === '') Reflect.deleteProperty(query, key)
      else query[key] = text
    }
    void router.replace({ query })
  })
}

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
      // Before the first address is known there is nothing to write into.
      if (route.matched.length > 0) write(router, name, value)
    },
    { debounce: WRITE_AFTER_MS },
  )
  watch(inAddress, value => {
    if (value === written) return
    written = value
    text.value = value
  })
}
