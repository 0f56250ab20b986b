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
        if (timer !== 0) return
        timer = window.setTimeout(
          () => {
            timer = 0
            run()
          },
          Math.max(0, nextMs - performance.now()),
        )
      },
    },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    stop(run)
  })
  return model as ShallowRef<ChartModel>
}
