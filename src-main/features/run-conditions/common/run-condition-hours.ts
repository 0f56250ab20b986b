import { runConditionsSchema, type TimeWindow, windowSchema } from './run-conditions.ts'

/** `1-5 19:00-07:00, 6 00:00-12:00` */
export function writeHours(windows: readonly TimeWindow[]): string {
  return windows.flatMap(writeWindow).join(', ')
}

/** Null for a text that says no hours, or more of them than are kept. */
export function readHours(text: string): TimeWindow[] | null {
  const parts = text.split(/[,，;；]/).map(part => part.trim())
  const windows = parts.filter(part => part !== '').map(readWindow)
  const parsed = runConditionsSchema.shape.windows.safeParse(windows)
  return parsed.success ? parsed.data : null
}

function readWindow(text: string): TimeWindow | null {
  const match = /^([1-7])(?:\s*[-–]\s*([1-7]))?\s+(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)$/.exec(
    text,
  )
  if (match === null) return null
  const [, first = '', last = first, from = '', to = ''] = match
  const length = Number(last) - Number(first) + 1
  const days = Array.from({ length: Math.max(0, length) }, (_, index) => Number(first) + index)
  const parsed = windowSchema.safeParse({
    days,
    from: from.padStart(5, '0'),
    to: to.padStart(5, '0'),
  })
  return parsed.success ? parsed.data : null
}

/** Days that follow each other, as `1-5`; others of a file that was written by hand stand apart. */
function writeWindow({ days, from, to }: TimeWindow): string[] {
  const rising = [...new Set(days)].sort((a, b) => a - b)
  const first = rising.filter(day => !rising.includes(day - 1))
  const last = rising.filter(day => !rising.includes(day + 1))
  return first.map((day, run) => `${day === last[run] ? day : `${day}-${last[run]}`} ${from}-${to}`)
}
