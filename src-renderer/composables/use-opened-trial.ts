import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** The trial that is open beside a tab of a study, in the address: going back closes it. */
export function useOpenedTrial(isShown: () => boolean): WritableComputedRef<number | null> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => {
      const trialText = String(route.query['trial'])
      return isShown() && /^\d+$/.test(trialText) ? Number(trialText) : null
    },
    set: number => {
      const { trial: before, ...otherQuery } = route.query
      if (number === null) void router.replace({ query: otherQuery })
      else {
        const query = { ...otherQuery, trial: String(number) }
        // From one to the next there is nothing to go back to.
        void (before === undefined ? router.push({ query }) : router.replace({ query }))
      }
    },
  })
}
