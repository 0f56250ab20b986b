import { computed, type Ref, type WritableComputedRef } from 'vue'

/** Whether a dialog is open: as long as there is something that it is about. Closing it forgets that. */
export function useOpen(subject: Ref<unknown>): WritableComputedRef<boolean> {
  return computed({
    get: () => subject.value !== null,
    set: isOpen => {
      if (!isOpen) subject.value = null
    },
  })
}
