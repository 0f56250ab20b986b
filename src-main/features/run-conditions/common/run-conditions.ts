import { isHeld } from '../../../core/study/held-study.ts'
import { z } from 'zod'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'

/** When studies hold back because the machine is wanted for something else. Everything is off by default but sleep. */

const clockSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const endSchema = z.union([clockSchema, z.literal('24:00')])

/** From Monday, 1, to Sunday, 7. An end before the beginning is on the day after. */
export const windowSchema = z
  .strictObject({
    days: z.array(z.int().min(1).max(7)).min(1).max(7),
    from: clockSchema,
    to: endSchema,
  })
  .refine(({ from, to }) => from !== to)
export type TimeWindow = z.output<typeof windowSchema>

/** Most that may be, each as people say it: watts of processors and GPUs, °C of the hottest GPU, percent of what others use. */
export const runConditionLimits = {
  watts: { min: 1, max: 100_000, scale: 1 },
  celsius: { min: 30, max: 120, scale: 1 },
  otherLoad: { min: 5, max: 100, scale: 100 },
  otherGpuUse: { min: 5, max: 100, scale: 100 },
} as const
export type RunConditionLimit = keyof typeof runConditionLimits
export const runConditionLimitNames = Object.keys(runConditionLimits) as RunConditionLimit[]

/** As it is kept: shares from 0 to 1. */
function capSchema(name: RunConditionLimit) {
  const { min, max, scale } = runConditionLimits[name]
  return z
    .number()
    .min(min / scale)
    .max(max / scale)
    .optional()
}

export const runConditionsSchema = z.strictObject({
  /** Studies run within these only; none: at any time. */
  windows: z.array(windowSchema).max(20).default([]),
  battery: z.boolean().default(false),
  sleep: z.boolean().default(true),
  /** While another program fills the screen. */
  fullScreen: z.boolean().default(false),
  /** Of processors and GPUs together, as far as they are measured. */
  watts: capSchema('watts'),
  /** Of the hottest GPU. */
  celsius: capSchema('celsius'),
  /** Of all processors, by programs that are not ours. */
  otherLoad: capSchema('otherLoad'),
  /** Of the busiest GPU, by programs that are not ours. */
  otherGpuUse: capSchema('otherGpuUse'),
})
export type RunConditions = z.output<typeof runConditionsSchema>
export const noRunConditions: RunConditions = runConditionsSchema.parse({})

/** What is measured at a moment; null: nobody says, or nobody asked. */
export interface MeasuredRunConditions {
  readonly onBattery: boolean | null
  readonly watts: number | null
  readonly celsius: number | null
  readonly fullScreen: boolean | null
  readonly otherLoad: number | null
  readonly otherGpuUse: number | null
}

/** What is known of the machine at a moment. */
export interface RunConditionReadings extends MeasuredRunConditions {
  readonly atMs: number
  /** Minutes since Monday 0:00 of the clock on the wall. */
  readonly weekMinute: number
  readonly isGoingToSleep: boolean
}

/** What is measured, or comes and goes: a moment of it is no reason. */
const wavering = ['heat', 'power', 'fullScreen', 'otherGpuUse', 'otherLoad'] as const
const runConditionCauses = ['sleep', 'battery', 'window', ...wavering] as const
export type RunConditionCause = (typeof runConditionCauses)[number]

export interface RunConditionState {
  /** Why studies hold back; null: they run. */
  readonly cause: RunConditionCause | null
  /** So long the machine has been above a cap while studies run, or well below it while they do not; null: it is not. */
  readonly sinceMs: number | null
}

export const atEase: RunConditionState = { cause: null, sinceMs: null }

/** Where studies were held for these when the last session ended: what wavers is over only after a while, as ever. */
export function stateAfter(causes: readonly RunConditionCause[]): RunConditionState {
  return { cause: wavering.find(cause => causes.includes(cause)) ?? null, sinceMs: null }
}

const ABOVE_FOR_MS = 15_000
/** And begins again only where it has been well below for a while: what cooled down because of us would heat up at once. */
const BELOW_FOR_MS = 120_000
const WELL_BELOW = 0.9

/** Whether studies hold back now; the same readings in the same order always decide the same. */
export function decideRunConditions(
  runConditions: RunConditions,
  readings: RunConditionReadings,
  { cause, sinceMs }: RunConditionState,
): RunConditionState {
  const { atMs } = readings
  const sure = sureCause(runConditions, readings)
  if (sure !== null) return { cause: sure, sinceMs: null }
  if (wavering.some(candidate => candidate === cause)) {
    if (capCause(runConditions, readings, WELL_BELOW) !== null) return { cause, sinceMs: null }
    const since = sinceMs ?? atMs
    return atMs - since >= BELOW_FOR_MS ? atEase : { cause, sinceMs: since }
  }
  const above = capCause(runConditions, readings, 1)
  if (above === null) return atEase
  const since = cause === null ? (sinceMs ?? atMs) : atMs
  return atMs - since >= ABOVE_FOR_MS
    ? { cause: above, sinceMs: null }
    : { cause: null, sinceMs: since }
}

function sureCause(
  runConditions: RunConditions,
  readings: RunConditionReadings,
): RunConditionCause | null {
  if (runConditions.sleep && readings.isGoingToSleep) return 'sleep'
  if (runConditions.battery && readings.onBattery === true) return 'battery'
  return isWithin(runConditions.windows, readings.weekMinute) ? null : 'window'
}

/** What cannot be measured caps nothing. */
function capCause(
  runConditions: RunConditions,
  readings: RunConditionReadings,
  share: number,
): RunConditionCause | null {
  const isAbove = (cap: number | undefined, measured: number | null): boolean =>
    cap !== undefined && measured !== null && measured > cap * share
  const isCause = {
    heat: isAbove(runConditions.celsius, readings.celsius),
    power: isAbove(runConditions.watts, readings.watts),
    fullScreen: runConditions.fullScreen && readings.fullScreen === true,
    otherGpuUse: isAbove(runConditions.otherGpuUse, readings.otherGpuUse),
    otherLoad: isAbove(runConditions.otherLoad, readings.otherLoad),
  }
  return wavering.find(cause => isCause[cause]) ?? null
}

/** Whether a cause may be there still: a person asks for it, and nobody measures it here. */
export function isUnsure(
  cause: RunConditionCause,
  runConditions: RunConditions,
  { onBattery, celsius, watts, fullScreen, otherGpuUse, otherLoad }: RunConditionReadings,
): boolean {
  const unsure: Record<RunConditionCause, boolean> = {
    sleep: false,
    window: false,
    battery: runConditions.battery && onBattery === null,
    heat: runConditions.celsius !== undefined && celsius === null,
    power: runConditions.watts !== undefined && watts === null,
    fullScreen: runConditions.fullScreen && fullScreen === null,
    otherGpuUse: runConditions.otherGpuUse !== undefined && otherGpuUse === null,
    otherLoad: runConditions.otherLoad !== undefined && otherLoad === null,
  }
  return unsure[cause]
}

const DAY_MINUTES = 24 * 60
const WEEK_MINUTES = 7 * DAY_MINUTES

export function isWithin(windows: readonly TimeWindow[], weekMinute: number): boolean {
  if (windows.length === 0) return true
  return windows.some(({ days, from, to }) => {
    const length = (minuteOf(to) - minuteOf(from) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
    return days.some(day => {
      const begin = (day - 1) * DAY_MINUTES + minuteOf(from)
      return (weekMinute - begin + WEEK_MINUTES) % WEEK_MINUTES < length
    })
  })
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}

export function runConditionMessage(cause: RunConditionCause): MessageDescriptor {
  return msg('ending.held', { cause })
}

/** What a study is held for; null where it is not, or for something that this version does not know. */
export function heldFor(study: Parameters<typeof isHeld>[0]): RunConditionCause | null {
  const causeName = isHeld(study) ? study.reason?.values?.['cause'] : undefined
  return runConditionCauses.find(cause => cause === causeName) ?? null
}

/** What the window's process hears: from the system, and from its windows whether the one in front fills the screen. */
export const machineEvents = [
  ...(['sleep', 'wake', 'battery', 'mains'] as const),
  ...(['screenOurs', 'screenNotOurs'] as const),
]
export type MachineEvent = (typeof machineEvents)[number]

export const studyQueuePriorities = ['high', 'normal', 'low'] as const
export type StudyQueuePriority = (typeof studyQueuePriorities)[number]

const queuedSchema = z.strictObject({
  study: z.int().min(1),
  priority: z.enum(studyQueuePriorities),
})
export type QueuedStudy = z.output<typeof queuedSchema>

export const MAX_QUEUED_STUDIES = 1_000

export const runConditionsFileSchema = z.strictObject({
  version: z.literal(2),
  runConditions: runConditionsSchema,
  studyQueue: z.array(queuedSchema).max(MAX_QUEUED_STUDIES),
})

/** In the order in which they start: by priority, then as a person ordered them. */
export function inTurn(studyQueue: readonly QueuedStudy[]): QueuedStudy[] {
  return studyQueue.toSorted(
    (left, right) =>
      studyQueuePriorities.indexOf(left.priority) - studyQueuePriorities.indexOf(right.priority),
  )
}
