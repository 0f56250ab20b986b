import { effect, onScopeDispose, type ShallowRef, shallowRef, stop } from 'vue'
import type { ChartModel } from '../../src-main/charts/chart-model.ts'
import { Pace } from './pace.ts'

/** Of the time: a model of 10,000 trials is made about as often as it is drawn. */
const SHARE = 0.005

/**
 * The model of a chart that grows while it is looked at: made again when what it reads has changed, but one that takes long less
 * often.
 */
export function useLiveModel(make: () => ChartModel): Readonly<ShallowRef<ChartModel>> {
  const pace = new Pace(SHARE)
  let timer = 0
  let isDue = false
  let nextMs = 0
  const model = shallowRef<ChartModel>()
  const run = effect(
    () => {
      const startMs = performance.now()
      const made = make()
      const nowMs = performance.now()
      pace.took(nowMs - startMs)
      nextMs = nowMs + pace.waitMs(made)
      model.value = made
    },
    {
      scheduler: () => {
        if (isDue) return
        isDue = true
        const waitMs = nextMs - performance.now()
        if (waitMs > 0) timer = window.setTimeout(again, waitMs)
        // Once all of an update is taken, and before the page is laid out.
        else queueMicrotask(again)
      },
    },
  )
  function again(): void {
    // What is gone is not due.
    if (!isDue) return
    isDue = false
    // A part of what it reads may have changed without saying anything else.
    if (run.effect.dirty) run()
  }
  onScopeDispose(() => {
    isDue = false
    clearTimeout(timer)
    stop(run)
  })
  return model as ShallowRef<ChartModel>
}
