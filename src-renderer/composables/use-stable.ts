import { computed, type ComputedRef } from 'vue'

/** A value made of parts that stays the very same while it says the same: what depends on it does nothing then. */
export function useStable<Value>(
  make: () => Value,
  isSame: (before: Value, now: Value) => boolean = (before, now) =>
    JSON.stringify(before) === JSON.stringify(now),
): ComputedRef<Value> {
  return computed<Value>(before => {
    const now = make()
    return before !== undefined && isSame(before, now) ? before : now
  })
}
