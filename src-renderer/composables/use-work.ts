import { ref } from 'vue'
import { dismissErrors, reportErrors } from './report-errors.ts'

/** Work that a person starts, with its report, and whether it is going on. */
export function useWork<Input extends readonly unknown[]>(
  work: (...input: Input) => Promise<unknown>,
) {
  const busy = ref(false)
  async function run(...input: Input): Promise<boolean> {
    busy.value = true
    const isDone = await reportErrors(() => work(...input))
    if (isDone) dismissErrors()
    busy.value = false
    return isDone
  }
  return { busy, run }
}
