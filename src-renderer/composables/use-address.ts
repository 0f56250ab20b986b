import { ownValue, setOwnValue } from '../../src-main/core/values/named-values.ts'
import { watchDebounced } from '@vueuse/core'
import { computed, onScopeDispose, type Ref, watch } from 'vue'
import { type Router, useRoute, useRouter } from 'vue-router'

/** Typing waits for so long before the address follows it. */
const WRITE_AFTER_MS = 200

/** What several parts write at once becomes one change of the address, or the last would undo the others. */
let waiting: Map<string, string> | null = null

/** Whether another page is on its way: its code may still be loading. */
const isLeaving = new WeakMap<Router, boolean>()
function followLeaving(router: Router): void {
  if (isLeaving.has(router)) return
  const stay = (): void => void isLeaving.set(router, false)
  stay()
  router.beforeEach((to, from) => {
    isLeaving.set(router, to.path !== from.path)
  })
  router.afterEach(stay)
  router.onError(stay)
}

function write(router: Router, name: string, value: string): void {
  if (waiting !== null) {
    waiting.set(name, value)
    return
  }
  const values = new Map([[name, value]])
  waiting = values
  setTimeout(() => {
    waiting = null
    // A change of this address would end the way to another page.
    if (isLeaving.get(router) === true || router.currentRoute.value.matched.length === 0) return
    const query = { ...router.currentRoute.value.query }
    for (const [key, text] of values) {
      if (text === '') Reflect.deleteProperty(query, key)
      else setOwnValue(query, key, text)
    }
    void router.replace({ query })
  })
}

/** Keeps a text in the address, under a name, so that it survives loading and can be sent to somebody. */
export function useAddress(name: string, text: Ref<string>): void {
  const route = useRoute()
  const router = useRouter()
  followLeaving(router)
  const inAddress = (): string => {
    const queryValue = ownValue(route.query, name)
    return typeof queryValue === 'string' ? queryValue : ''
  }
  // What was typed last must not follow to the next page.
  let isLeft = false
  onScopeDispose(() => {
    isLeft = true
  })
  let written = inAddress()
  if (written !== '') text.value = written
  watchDebounced(
    text,
    value => {
      if (isLeft || value === inAddress()) return
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

/** Keeps one of several values in the address. The first is the usual one, which no address names, and what a strange word chooses. */
export function useAddressOf<Value extends string | number | boolean>(
  name: string,
  chosen: Ref<Value>,
  [usual, ...others]: readonly [Value, ...Value[]],
): void {
  const text = computed({
    get: () => (chosen.value === usual ? '' : String(chosen.value)),
    set: written => {
      chosen.value = others.find(value => String(value) === written) ?? usual
    },
  })
  useAddress(name, text)
}

/** Keeps a choice of names in the address, which may have any sign; null is the usual choice. */
export function useNamesInAddress(name: string, chosen: Ref<string[] | null>): void {
  const text = computed({
    get: () => (chosen.value === null ? '' : JSON.stringify(chosen.value)),
    set: written => {
      chosen.value = namesIn(written)
    },
  })
  useAddress(name, text)
}

/** Of an address that was cut, the usual choice. */
function namesIn(written: string): string[] | null {
  try {
    const read: unknown = JSON.parse(written)
    return Array.isArray(read) ? read.filter(name => typeof name === 'string') : null
  } catch {
    return null
  }
}
