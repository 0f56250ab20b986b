import type { RunConditionReadings } from '../../src-main/features/run-conditions/common/run-conditions.ts'

/** A machine on which nothing keeps studies from running. */
export const calmReadings: RunConditionReadings = {
  atMs: 0,
  weekMinute: 0,
  isGoingToSleep: false,
  onBattery: false,
  watts: null,
  celsius: null,
  fullScreen: null,
  otherLoad: null,
  otherGpuUse: null,
}
