import { type TimeWindow, windowSchema } from '../../../src-main/contract/manners.ts'

/** `1-5 19:00-07:00, 6 00:00-12:00` */
export function writeHours(windows: readonly TimeWindow[]): string {
  return windows.map(({ days, from, to }) => `${writeDays(days)} ${from}-${to}`).join(', ')
}

/** Null for a text that says no hours. */
export function readHours(text: string): TimeWindow[] | null {
  const parts = text.split(/[,，;；]/).map(part => part.trim())
  const windows = parts.filter(part => part !== '').map(readWindow)
  return windows.includes(null) ? null : windows.filter(window => window !== null)
}

function readWindow(text: string): TimeWindow | null {
  const found = /^([1-7])(?:\s*[-–]\s*([1-7]))?\s+(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)$/.exec(
    text,
  )
  if (found === null) return null
  const [, first = '', last = first, from = '', to = ''] = found
  const length = Number(last) - Number(first) + 1
  const days = Array.from({ length: Math.max(0, length) }, (_, index) => Number(first) + index)
  const parsed = windowSchema.safeParse({
    days,
    from: from.padStart(5, '0'),
    to: to.padStart(5, '0'),
  })
  return parsed.success ? parsed.data : null
}

function writeDays(days: readonly number[]): string {
  const [first = 1] = days
  const last = days.at(-1) ?? first
  return first === last ? String(first) : `${first}-${last}`
}
